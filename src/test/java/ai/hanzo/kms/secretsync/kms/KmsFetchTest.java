package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import ai.hanzo.kms.secretsync.kms.ScriptedKms.Asked;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsFetchTest {
    private static final String V4 = "GET /api/v4/secrets";
    private static final String V3 = "GET /api/v3/secrets/raw";
    private static final String IMPORTS = "GET /api/v2/secret-imports";
    private static final Source APP = new Source("p1", "prod", "/app");

    private final ScriptedKms kms = new ScriptedKms();
    private final KmsSource source = kms.source();

    @BeforeEach
    void emptyByDefault() {
        at(Map.of("/app", body("", "")));
        imports();
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    /** What the list call answers by path. */
    private void at(Map<String, String> bodies) {
        Function<Asked, Answer> list = asked -> {
            String body = bodies.get(asked.query().get("secretPath"));
            return body == null
                    ? Answer.error(404, "SecretPathNotFound", "Folder with path not found")
                    : Answer.json(200, body);
        };
        kms.on(V4, list);
    }

    private void imports(String... paths) {
        String list = String.join(
                ",",
                java.util.Arrays.stream(paths)
                        .map(p -> "{'importPath':'" + p + "','importEnv':{'slug':'prod'},'folderId':'f0'}")
                        .toList());
        kms.on(IMPORTS, Answer.json(200, "{'message':'ok','secretImports':[" + list + "]}"));
    }

    private static String body(String secrets, String imports) {
        return "{'secrets':[" + secrets + "],'imports':[" + imports + "]}";
    }

    private static String secret(String key, String value) {
        return "{'id':'i','workspace':'p1','environment':'prod','version':1,'type':'shared','secretKey':'" + key
                + "','secretValue':'" + value + "','secretValueHidden':false,'unknown':{}}";
    }

    private static String hidden(String key) {
        return "{'type':'shared','secretKey':'" + key + "','secretValue':'<hidden-by-kms>','secretValueHidden':true}";
    }

    private static String block(String path, String... secrets) {
        return "{'secretPath':'" + path + "','environment':'prod','secrets':[" + String.join(",", secrets) + "]}";
    }

    private SourceSnapshot read() {
        return ((SourceRead.Changed) source.fetch(APP, null)).snapshot();
    }

    private Map<String, String> values() {
        Map<String, String> values = new java.util.TreeMap<>();
        read().secrets().forEach((key, secret) -> values.put(key, secret.value().reveal()));
        return values;
    }

    private KmsException failure() {
        KmsException e = catchThrowableOfType(KmsException.class, () -> source.fetch(APP, null));
        assertThat(e).as("the read must fail").isNotNull();
        java.io.StringWriter trace = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(trace));
        assertThat(trace.toString() + e.remedy()).doesNotContain("MARKER");
        return e;
    }

    private SourceFailure failureFor(Answer answer) {
        kms.on(V4, answer);
        return failure().failure();
    }

    // ---- the query

    @Test
    void everyBooleanOfV4IsExplicit() {
        read();
        assertThat(kms.asked(V4).get(0).query())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "projectId", "p1",
                        "environment", "prod",
                        "secretPath", "/app",
                        "viewSecretValue", "true",
                        "expandSecretReferences", "true",
                        "recursive", "false",
                        "includePersonalOverrides", "false",
                        "includeImports", "true"));
    }

    @Test
    void v3IsAskedInItsOwnWordsAndRemembered() {
        kms.on(
                V4,
                Answer.json(
                        404, "{'message':'Route GET:/api/v4/secrets?environment=prod not found','error':'Not Found'}"));
        kms.on(V3, Answer.json(200, body(secret("A", "1"), "")));
        assertThat(values()).containsEntry("A", "1");
        assertThat(values()).containsEntry("A", "1");
        assertThat(kms.asked(V4)).hasSize(1);
        assertThat(kms.asked(V3).get(0).query())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "workspaceId", "p1",
                        "environment", "prod",
                        "secretPath", "/app",
                        "viewSecretValue", "true",
                        "expandSecretReferences", "true",
                        "recursive", "false",
                        "include_imports", "true"));
    }

    @ParameterizedTest
    @DisplayName("U4-22: a folder, environment or project that is gone fails in upstream's words")
    @ValueSource(
            strings = {
                "{'error':'SecretPathNotFound','message':'Folder with path /app in environment prod was not found'}",
                "{'error':'SecretPathNotFound','message':'Secret path not found'}",
                "{'error':'NotFound','message':'Folder with path /app not found'}",
                "{'error':'NotFound','message':'Environment with slug prod not found'}",
                "{'error':'NotFound','message':'Project with ID p1 not found'}",
            })
    void a404AboutAPlaceIsNoMissingRoute(String answer) {
        kms.on(V4, Answer.json(404, answer));
        kms.on(V3, Answer.json(200, body("", "")));
        KmsException e = failure();
        assertThat(e.failure()).isEqualTo(SourceFailure.FOLDER_GONE);
        assertThat(e)
                .hasMessage("Invalid Secret Sync source configuration: folder no longer exists. "
                        + "Please update source environment and secret path.");
        assertThat(kms.asked(V3)).isEmpty();
    }

    @Test
    void a404OfAProxyIsNotRememberedAsAnOlderKms() {
        kms.first(V4, new Answer(404, Map.of("Content-Type", "text/html"), "<html>".getBytes()));
        assertThat(failure().failure()).isEqualTo(SourceFailure.PROTOCOL);
        read();
        assertThat(kms.asked(V4)).hasSize(2);
    }

    // ---- the merge

    @Test
    void ownSecretsWinThenTheLaterImportThenTheFirstWithinOne() {
        imports("/one", "/two");
        at(Map.of(
                "/app",
                body(
                        secret("OWN", "own"),
                        block("/one", secret("OWN", "1"), secret("DUP", "first"), secret("ONE", "1"))
                                + ","
                                + block(
                                        "/two",
                                        secret("DUP", "second"),
                                        secret("NESTED", "folder"),
                                        secret("NESTED", "imported by it"))),
                "/one",
                body(secret("OWN", "") + "," + secret("DUP", "") + "," + secret("ONE", ""), ""),
                "/two",
                body(secret("DUP", "") + "," + secret("NESTED", ""), "")));
        assertThat(values())
                .containsExactly(
                        Map.entry("DUP", "second"),
                        Map.entry("NESTED", "folder"),
                        Map.entry("ONE", "1"),
                        Map.entry("OWN", "own"));
    }

    @Test
    void aReadSaysWhichFoldersItDrewOn() {
        imports("/one/", "/gone");
        at(Map.of(
                "/app", body(secret("OWN", "own"), block("/one", secret("ONE", "1"), secret("TWO", "2"))),
                "/one", body(secret("ONE", ""), block("/two", secret("TWO", "")))));
        assertThat(read().imports())
                .containsExactlyInAnyOrder(
                        new Source("p1", "prod", "/one"),
                        new Source("p1", "prod", "/gone"),
                        new Source("p1", "prod", "/two"));
        imports();
        at(Map.of("/app", body(secret("OWN", "own"), "")));
        assertThat(read().imports()).isEmpty();
    }

    @Test
    @DisplayName("U3.1-1: neither personal secrets nor replicated imports")
    void personalSecretsAndReplicationsAreLeftOut() {
        at(Map.of(
                "/app",
                body(
                        secret("A", "shared") + ",{'type':'personal','secretKey':'A','secretValue':'mine'},"
                                + "{'type':'personal','secretKey':'B','secretValue':'mine'}",
                        "{'secretPath':'/r','environment':'prod','isReplication':true,'secrets':["
                                + secret("R", "replicated") + "]},"
                                + block("/x", "{'type':'personal','secretKey':'C','secretValue':'mine'}"))));
        assertThat(values()).containsExactly(Map.entry("A", "shared"));
    }

    @Test
    @DisplayName("U3.1-8: metadata comes along")
    void metadataComesAlong() {
        at(Map.of(
                "/app",
                body(
                        "{'secretKey':'A','secretValue':'1','secretMetadata':[{'key':'team','value':'a','isEncrypted':false},"
                                + "{'key':'pin','value':'MARKER','isEncrypted':true}]},{'secretKey':'B','secretValue':null,"
                                + "'secretMetadata':null}",
                        "")));
        SourceSnapshot snapshot = read();
        assertThat(snapshot.secrets().get("A").metadata())
                .containsExactly(
                        new SourceSecret.Metadata("team", "a", false),
                        new SourceSecret.Metadata("pin", "MARKER", true));
        assertThat(snapshot.secrets().get("B").value().isEmpty()).isTrue();
        assertThat(snapshot.toString()).doesNotContain("MARKER");
    }

    @Test
    void importsMayBeAbsent() {
        at(Map.of("/app", "{'secrets':[" + secret("A", "1") + "]}"));
        assertThat(values()).containsOnlyKeys("A");
        at(Map.of("/app", "{'secrets':[],'imports':null}"));
        assertThat(values()).isEmpty();
    }

    // ---- what is kept back

    @Test
    @DisplayName("U3.1-10: differs: the service reads as its own identity, and what is hidden from that fails the "
            + "read (promise 1)")
    void hiddenValuesFailTheReadAndAreNamedUpToFive() {
        at(Map.of(
                "/app",
                body(
                        secret("A", "MARKER") + ","
                                + String.join(
                                        ",",
                                        List.of("H1", "H2", "H3", "H4", "H5", "H6", "H7").stream()
                                                .map(KmsFetchTest::hidden)
                                                .toList()),
                        "")));
        KmsException e = failure();
        assertThat(e)
                .isInstanceOfSatisfying(
                        SourceUnreadableException.class,
                        u -> assertThat(u.keys()).containsExactly("H1", "H2", "H3", "H4", "H5"));
        assertThat(e.failure()).isEqualTo(SourceFailure.HIDDEN_VALUES);
        assertThat(e).hasMessageContaining("H5 and 2 more").message().doesNotContain("H6");
    }

    @Test
    void theFlagCountsNotTheMask() {
        at(Map.of("/app", body(secret("A", "<hidden-by-kms>"), "")));
        assertThat(values()).containsEntry("A", "<hidden-by-kms>");
    }

    @Test
    void hiddenValuesInImportsFailTheRead() {
        imports("/one");
        at(Map.of("/app", body("", block("/one", hidden("H"))), "/one", body(hidden("H"), "")));
        assertThat(failure().failure()).isEqualTo(SourceFailure.HIDDEN_VALUES);
    }

    @Test
    void anImportWhoseBlockIsMissingFailsTheRead() {
        imports("/one");
        at(Map.of("/app", body(secret("A", "1"), ""), "/one", body(secret("LOST", "MARKER"), "")));
        KmsException e = failure();
        assertThat(e.failure()).isEqualTo(SourceFailure.PARTIAL_IMPORTS);
        assertThat(e).hasMessageContaining("\"prod:/one\"").hasMessageContaining("LOST");
    }

    @Test
    void anImportThatIsDroppedInPartFailsTheRead() {
        imports("/one");
        at(Map.of(
                "/app",
                body("", block("/one", secret("SEEN", "1"))),
                "/one",
                body(secret("SEEN", "1") + "," + hidden("DROPPED"), "")));
        assertThat(failure())
                .isInstanceOfSatisfying(
                        SourceUnreadableException.class,
                        u -> assertThat(u.keys()).containsExactly("DROPPED"));
    }

    @Test
    void aLaterImportThatLostItsKeyDoesNotLetAnEarlierOneWin() {
        imports("/one", "/two");
        at(Map.of(
                "/app",
                body("", block("/one", secret("DUP", "1")) + "," + block("/two")),
                "/one",
                body(secret("DUP", "1"), ""),
                "/two",
                body(hidden("DUP"), "")));
        assertThat(failure().failure()).isEqualTo(SourceFailure.PARTIAL_IMPORTS);
    }

    @Test
    void anImportThatMayNotBeReadFailsTheRead() {
        imports("/one");
        kms.on(
                V4,
                asked -> asked.query().get("secretPath").equals("/app")
                        ? Answer.json(200, body(secret("A", "1"), block("/one")))
                        : Answer.error(403, "PermissionDenied", "You are not allowed to read on secrets"));
        assertThat(failure().failure()).isEqualTo(SourceFailure.PARTIAL_IMPORTS);
    }

    @Test
    void anImportedFolderThatIsEmptyOrGoneIsNothingMissing() {
        imports("/empty", "/gone");
        at(Map.of("/app", body(secret("A", "1"), block("/empty")), "/empty", body("", "")));
        assertThat(values()).containsOnlyKeys("A");
    }

    @Test
    void aNestedImportThatIsMissingFailsTheReadButACircleDoesNot() {
        imports("/one");
        at(Map.of(
                "/app",
                body(secret("A", "1"), block("/one", secret("B", "2"))),
                "/one",
                body(secret("B", "2"), block("/app", secret("A", "1")))));
        assertThat(values()).containsOnlyKeys("A", "B");
        at(Map.of(
                "/app",
                body(secret("A", "1"), block("/one", secret("B", "2"))),
                "/one",
                body(secret("B", "2"), block("/deep", secret("LOST", "MARKER")))));
        assertThat(failure()).hasMessageContaining("LOST");
    }

    @Test
    void importsThatMayNotBeListedFailTheRead() {
        kms.on(IMPORTS, Answer.error(403, "PermissionDenied", "You are not allowed to read on secret-imports"));
        KmsException e = failure();
        assertThat(e.failure()).isEqualTo(SourceFailure.PARTIAL_IMPORTS);
        assertThat(e.remedy()).contains("list the imports");
    }

    @Test
    void aKmsWithoutTheImportsCallIsCheckedByWhatItAnswered() {
        kms.on(IMPORTS, Answer.json(404, "{'error':'Not Found','message':'x'}"));
        at(Map.of(
                "/app",
                body(secret("A", "1"), block("/one", secret("B", "2"))),
                "/one",
                body(secret("B", "2") + "," + secret("LOST", ""), "")));
        assertThat(failure().failure()).isEqualTo(SourceFailure.PARTIAL_IMPORTS);
        assertThat(kms.asked("GET /api/v1/secret-imports").get(0).query()).containsEntry("workspaceId", "p1");
    }

    @Test
    void anEmptyAnswerForAFolderThatTheKmsDoesNotKnowIsNoEmptySource() {
        kms.on(IMPORTS, Answer.error(404, "NotFound", "Folder with path /app not found"));
        assertThat(failure().failure()).isEqualTo(SourceFailure.FOLDER_GONE);
    }

    @Test
    @DisplayName("U3.1-5: differs: a reference that cannot be read fails the read (promise 1)")
    void aReferenceThatMayNotBeReadFailsTheReadAlsoInsideAnImport() {
        Answer denied = Answer.error(403, "ForbiddenError", "Failed to expand one or more secret references");
        assertThat(failureFor(denied)).isEqualTo(SourceFailure.REFERENCE);

        imports("/one");
        kms.on(V4, asked -> {
            if (asked.query().get("secretPath").equals("/app")) {
                return Answer.json(200, body("", block("/one", secret("B", "${dev.x.Y}"))));
            }
            return asked.query().get("expandSecretReferences").equals("true")
                    ? denied
                    : Answer.json(200, body(secret("B", "${dev.x.Y}"), ""));
        });
        assertThat(failure().failure()).isEqualTo(SourceFailure.REFERENCE);
    }

    @Test
    void textThatOnlyLooksLikeAReferenceIsAValue() {
        imports("/one");
        at(Map.of(
                "/app",
                body("", block("/one", secret("B", "${NOTHING}"))),
                "/one",
                body(secret("B", "${NOTHING}"), "")));
        assertThat(values()).containsEntry("B", "${NOTHING}");
    }

    // ---- answers that are none

    @Test
    void whatIsNoCompleteAnswerIsAFailure() {
        for (String broken : List.of(
                "{'secrets':[{'secretKey':'A','secretValue':'MARKER'",
                "{'secrets':[]}MARKER",
                "MARKER",
                "[]",
                "{}",
                "{'secrets':null}",
                "{'secrets':{'A':'MARKER'}}",
                "{'secrets':[{'secretValue':'MARKER'}]}",
                "{'secrets':[{'secretKey':'A','secretValue':{'MARKER':1}}]}",
                "{'secrets':[{'secretKey':'A','secretValue':'MARKER'},{'secretKey':'A','secretValue':'x'}]}",
                "{'secrets':[],'imports':{'MARKER':1}}",
                "")) {
            assertThat(failureFor(Answer.json(200, broken))).as(broken).isEqualTo(SourceFailure.PROTOCOL);
        }
        kms.on(
                V4,
                Answer.json(200, "{'secrets':[{'secretKey':'A','secretValue':'MARKER")
                        .with("X-Truncate", "1"));
        assertThat(failure().failure()).isEqualTo(SourceFailure.UNAVAILABLE);
    }

    @Test
    void statusesAreToldApart() {
        assertThat(failureFor(Answer.error(403, "PermissionDenied", "You are not allowed to read on secrets")))
                .isEqualTo(SourceFailure.FORBIDDEN);
        assertThat(failure()).hasMessageContaining("You are not allowed to read on secrets");
        assertThat(failureFor(Answer.error(500, "DatabaseError", "MARKER"))).isEqualTo(SourceFailure.UNAVAILABLE);
        assertThat(failureFor(Answer.error(504, "GatewayTimeoutError", "MARKER")))
                .isEqualTo(SourceFailure.UNAVAILABLE);
        assertThat(failureFor(Answer.error(400, "BadRequest", "Missing project id or environment")))
                .isEqualTo(SourceFailure.PROTOCOL);
        assertThat(failureFor(Answer.json(422, "{'error':'ValidationFailure','message':[{'received':'MARKER'}]}")))
                .isEqualTo(SourceFailure.PROTOCOL);
        assertThat(failureFor(Answer.json(422, "{'error':'ValidationFailure','message':'MARKER'}")))
                .isEqualTo(SourceFailure.PROTOCOL);
        assertThat(failureFor(new Answer(304, Map.of(), new byte[0]))).isEqualTo(SourceFailure.PROTOCOL);
        assertThat(failureFor(Answer.error(429, "RateLimitExceeded", "x").with("Retry-After", "900")))
                .isEqualTo(SourceFailure.RATE_LIMITED);
    }

    @Test
    void aMessageOfTheKmsIsOneLineOfThreeHundredCharacters() {
        kms.on(V4, Answer.error(403, "ForbiddenError", "a\\n" + "b".repeat(1000)));
        assertThat(failure().getMessage())
                .hasSizeLessThan(400)
                .doesNotContain("\n")
                .endsWith("…");
    }

    // ---- ETag

    @Test
    void anUnchangedSourceIsOneCall() {
        kms.on(
                V4,
                asked -> "\"abc+/=\"".equals(asked.header("If-None-Match"))
                        ? new Answer(304, Map.of("ETag", "\"abc+/=\""), new byte[0])
                        : Answer.json(200, body(secret("A", "1"), "")).with("ETag", "\"abc+/=\""));
        String etag = read().etag();
        assertThat(etag).endsWith("\"abc+/=\"");
        kms.asked.clear();
        assertThat(source.fetch(APP, etag)).isEqualTo(new SourceRead.NotModified());
        assertThat(kms.asked).hasSize(1);
        assertThat(kms.asked.get(0).header("If-None-Match")).isEqualTo("\"abc+/=\"");
    }

    @Test
    void aRunNeedNotBeSentWhatThePollHasJustRead() {
        String[] now = {"1"};
        kms.on(
                V4,
                asked -> ("\"" + now[0] + "\"").equals(asked.header("If-None-Match"))
                        ? new Answer(304, Map.of(), new byte[0])
                        : Answer.json(200, body(secret("A", now[0]), "")).with("ETag", "\"" + now[0] + "\""));
        assertThat(source.fetch(APP, null)).isInstanceOf(SourceRead.Changed.class);
        kms.asked.clear();

        assertThat(source.read(APP).secrets().get("A").value().reveal()).isEqualTo("1");
        assertThat(kms.asked(V4))
                .as("asked all the same")
                .singleElement()
                .matches(asked -> asked.header("If-None-Match").equals("\"1\""));

        now[0] = "2";
        assertThat(source.read(APP).secrets().get("A").value().reveal())
                .as("what changed since")
                .isEqualTo("2");
        source.read(new Source("p1", "dev", "/app"));
        assertThat(kms.asked(V4)).as("another source").last().matches(asked -> asked.header("If-None-Match") == null);
    }

    @Test
    void anEtagIsGoodForOneIdentityAndOneQuery() {
        kms.on(V4, Answer.json(200, body(secret("A", "1"), "")).with("ETag", "W/\"x\""));
        String etag = read().etag();
        KmsHttp http = kms.http();
        KmsSession other = new KmsSession(
                http, new KmsProperties(kms.base().toString(), "other-client", ScriptedKms.SERVICE_SECRET));
        new KmsSource(http, other, new KmsReader()).fetch(APP, etag);
        source.fetch(new Source("p1", "dev", "/app"), etag);
        source.fetch(APP, "nonsense");
        assertThat(kms.asked(V4)).allMatch(asked -> asked.header("If-None-Match") == null);
        source.fetch(APP, etag);
        assertThat(kms.asked(V4))
                .last()
                .matches(asked -> asked.header("If-None-Match").equals("W/\"x\""));
    }

    @Test
    void withoutAnEtagThereIsNone() {
        assertThat(read().etag()).isNull();
    }

    // ---- own

    @Test
    void ownSecretsAreReadRaw() {
        kms.on(V4, Answer.json(200, body(secret("A", "${B}"), "")));
        assertThat(source.own(APP).get("A").value().reveal()).isEqualTo("${B}");
        assertThat(kms.asked(V4).get(0).query())
                .containsEntry("expandSecretReferences", "false")
                .containsEntry("includeImports", "false");
    }
}
