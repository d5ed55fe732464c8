package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import ai.hanzo.kms.secretsync.kms.ScriptedKms.Asked;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KmsUpsertTest {
    private static final String V4 = "PATCH /api/v4/secrets/batch";
    private static final String V3 = "PATCH /api/v3/secrets/batch/raw";
    private static final Answer WRITTEN = Answer.json(200, "{'secrets':[]}");
    private static final Source APP = new Source("p1", "prod", "/app");

    private final ScriptedKms kms = new ScriptedKms().on(V4, WRITTEN);
    private final KmsSource source = kms.source();

    @AfterEach
    void stop() {
        kms.close();
    }

    private static SortedMap<String, SecretText> entries(int count) {
        SortedMap<String, SecretText> entries = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            entries.put("K%03d".formatted(i), SecretText.of("MARKER-" + i));
        }
        return entries;
    }

    private UpsertResult upsert(SortedMap<String, SecretText> entries) {
        UpsertResult result = source.upsert(APP, entries);
        assertThat(result.toString()).doesNotContain("MARKER");
        assertThat(result.applied().size()
                        + result.pending().size()
                        + result.refused().size())
                .isEqualTo(entries.size());
        return result;
    }

    private static JsonNode json(Asked asked) {
        try {
            return new ObjectMapper().readTree(asked.body());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void oneCallUpsertsNormalisedValues() {
        SortedMap<String, SecretText> entries = new TreeMap<>(Map.of("A", SecretText.of(" MARKER \n\n")));
        assertThat(upsert(entries).applied()).containsExactly("A");
        assertThat(kms.asked(V4).get(0).body())
                .isEqualTo("{\"projectId\":\"p1\",\"environment\":\"prod\",\"secretPath\":\"/app\",\"mode\":\"upsert\","
                        + "\"secrets\":[{\"secretKey\":\"A\",\"secretValue\":\"MARKER\\n\"}]}");
        assertThat(kms.asked(V4).get(0).header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void nothingIsNoCall() {
        assertThat(upsert(new TreeMap<>()).failure()).isNull();
        assertThat(kms.asked).isEmpty();
    }

    @Test
    void chunksAreAHundredSecretsAtMost() {
        assertThat(upsert(entries(250)).applied()).hasSize(250);
        assertThat(kms.asked(V4))
                .extracting(a -> json(a).path("secrets").size())
                .containsExactly(100, 100, 50);
    }

    @Test
    void chunksAreSevenHundredKibibytesAtMost() {
        SortedMap<String, SecretText> entries = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            entries.put("K" + i, SecretText.of("ü\"".repeat(16_000)));
        }
        assertThat(source.upsert(APP, entries).applied()).hasSize(30);
        assertThat(kms.asked(V4))
                .hasSizeGreaterThan(1)
                .allMatch(a -> a.body().getBytes(StandardCharsets.UTF_8).length <= 700 * 1024);
    }

    @Test
    void anOlderKmsHasTheOlderCallWhichIsRemembered() {
        kms.on(V4, Answer.json(404, "{'error':'Not Found','message':'Route PATCH:/api/v4/secrets/batch not found'}"));
        kms.on(V3, WRITTEN);
        assertThat(upsert(entries(150)).applied()).hasSize(150);
        assertThat(kms.asked(V4)).hasSize(1);
        assertThat(json(kms.asked(V3).get(0)).path("workspaceId").asText()).isEqualTo("p1");
        assertThat(json(kms.asked(V3).get(0)).has("projectId")).isFalse();
    }

    @Test
    void anApprovalIsNotASuccess() {
        kms.on(V4, Answer.json(200, "{'approval':{'id':'ap1','slug':'s','status':'open'}}"));
        UpsertResult result = upsert(entries(2));
        assertThat(result.applied()).isEmpty();
        assertThat(result.pending()).containsExactly(Map.entry("K000", "ap1"), Map.entry("K001", "ap1"));
    }

    @Test
    void namesThatTheKmsRefusesAreRefusedOneByOneBeforeItIsAsked() {
        SortedMap<String, SecretText> entries = entries(1);
        for (String bad : new String[] {"a/b", "a:b", " ", " a", "a\u00a0"}) {
            entries.put(bad, SecretText.of("MARKER"));
        }
        UpsertResult result = upsert(entries);
        assertThat(result.applied()).containsExactly("K000");
        assertThat(result.refused())
                .containsOnlyKeys("a/b", "a:b", " ", " a", "a\u00a0")
                .containsEntry("a/b", "Secret name cannot contain colon or forward slash.");
    }

    @Test
    void oneKeyTheKmsRefusesDoesNotStopTheOthers() {
        kms.on(
                V4,
                asked -> asked.body().contains("K042")
                        ? Answer.error(400, "BadRequest", "Secret name must be in UPPERCASE per project requirements")
                        : WRITTEN);
        UpsertResult result = upsert(entries(100));
        assertThat(result.applied()).hasSize(99);
        assertThat(result.refused())
                .containsExactly(Map.entry("K042", "Secret name must be in UPPERCASE per project requirements"));
    }

    @Test
    void validationIssuesAreReadForTheirPlaceAndNeverRepeated() {
        kms.first(
                V4,
                Answer.json(
                        422,
                        "{'error':'ValidationFailure','message':[{'code':'custom','path':['body','secrets',1,'secretKey'],"
                                + "'message':'MARKER-1'}]}"));
        UpsertResult result = upsert(entries(3));
        assertThat(result.applied()).containsExactly("K000", "K002");
        assertThat(result.refused()).containsOnlyKeys("K001");
        assertThat(kms.asked(V4)).hasSize(2);
    }

    @Test
    void aMessageThatRepeatsAValueIsWithheld() {
        kms.on(V4, Answer.error(400, "BadRequest", "Bad value MARKER-0 given"));
        assertThat(upsert(entries(1)).refused()).containsEntry("K000", "The KMS refused it with status 400.");
    }

    @Test
    void theSearchForKeysAtFaultIsBounded() {
        kms.on(V4, Answer.error(400, "BadRequest", "no"));
        assertThat(upsert(entries(300)).refused()).hasSize(300);
        assertThat(kms.asked(V4)).hasSizeLessThanOrEqualTo(35);
    }

    @Test
    void aRefusalOfOneChunkLeavesTheNext() {
        kms.first(V4, Answer.error(403, "PermissionDenied", "You are not allowed to create on secrets"));
        UpsertResult result = upsert(entries(150));
        assertThat(result.refused()).hasSize(100).containsValue("You are not allowed to create on secrets");
        assertThat(result.applied()).hasSize(50);
        assertThat(result.failure()).isNull();
    }

    @Test
    void aMissingFolderIsNoMissingRoute() {
        kms.on(
                V4,
                Answer.error(
                        404,
                        "UpdateManySecret",
                        "Folder with path \\u0027/app\\u0027 in environment with slug \\u0027prod\\u0027 not found"));
        kms.on(V3, WRITTEN);
        assertThat(upsert(entries(1)).refused()).hasSize(1);
        assertThat(kms.asked(V3)).isEmpty();
    }

    @Test
    void aKmsThatFailsStopsTheWritingAndTheResultSaysHowFarItCame() {
        kms.first(V4, WRITTEN, Answer.error(500, "InternalServerError", "MARKER-150"));
        UpsertResult result = upsert(entries(250));
        assertThat(result.applied()).hasSize(100);
        assertThat(result.refused()).hasSize(150);
        assertThat(result.refused().get("K249")).startsWith("Not attempted");
        assertThat(result.failure().failure()).isEqualTo(SourceFailure.UNAVAILABLE);
        assertThat(kms.asked(V4)).hasSize(2);
    }

    @Test
    void whatTheKmsRotatesItselfIsNotWritten() {
        kms.on(V4, Answer.json(200, "{'secrets':[{'secretKey':'K000','isRotatedSecret':true},{'secretKey':'K001'}]}"));
        UpsertResult result = upsert(entries(2));
        assertThat(result.applied()).containsExactly("K001");
        assertThat(result.refused()).containsOnlyKeys("K000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a|a",
                " a\\t|a",
                "a\\n|a\\n",
                "\\n a \\r\\n|a\\n",
                "a\\r\\nb|a\\r\\nb",
                "\\n|\\n",
                " |''",
                "\\uFEFFa\\u00a0|a"
            })
    void valuesAreNormalisedAsTheKmsDoes(String given, String kept) {
        assertThat(KmsText.normalise(SecretText.of(unescape(given))).reveal()).isEqualTo(unescape(kept));
    }

    private static String unescape(String text) {
        return text.replace("\\n", "\n")
                .replace("\\r", "\r")
                .replace("\\t", "\t")
                .replace("\\uFEFF", "\uFEFF")
                .replace("\\u00a0", "\u00a0");
    }
}
