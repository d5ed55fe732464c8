package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.hanzo.kms.secretsync.devkms.WebhookSignature;
import ai.hanzo.kms.secretsync.emulator.MutableClock;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The test vector is that of the specification, 5.1. */
class ChangeNoticesTest {
    private static final String PROJECT = "11111111-2222-3333-4444-555555555555";
    private static final String KEY = "whk-test-key";
    private static final long THEN = 1760000000000L;
    private static final String BODY = body("secrets.modified", PROJECT, "/api", THEN);
    private static final String SIGNATURE =
            "t=1760000000000;c65024944110661f5fd12b0d2269f82e31ce15cf17a7581f9b8de25dc6006e8d";

    private final ChangeNotices notices = noticesAt(THEN);

    @Test
    void theTestVectorIsGoodUnderBothNames() {
        Source changed = new Source(PROJECT, "prod", "/api");

        assertThat(noticesAt(THEN).verified(SIGNATURE, null, bytes(BODY)))
                .isEqualTo(new ChangeNotice("secrets.modified", changed));
        assertThat(noticesAt(THEN).verified(null, SIGNATURE, bytes(BODY)))
                .isEqualTo(new ChangeNotice("secrets.modified", changed));
    }

    @Test
    void theBytesThatCameAreSigned() {
        refused(SIGNATURE, BODY + " ");
        refused(SIGNATURE, BODY.replace("demo", "Demo"));
        refused(SIGNATURE, BODY.replace(":", ": "));
    }

    static Stream<String> signatures() {
        String mac = SIGNATURE.substring(SIGNATURE.indexOf(';') + 1);
        return Stream.of(
                null,
                "",
                mac,
                ";" + mac,
                "t=" + THEN,
                "t=" + THEN + ";",
                "t=" + THEN + ",v1=" + mac,
                "t=" + THEN + ";v1=" + mac,
                "t=" + THEN + ";" + mac.toUpperCase(Locale.ROOT),
                "t=" + THEN + ";" + mac.substring(2),
                "t=" + THEN + ";" + mac + "00",
                "t=" + THEN + ";" + mac + "\n",
                " " + SIGNATURE,
                "[" + SIGNATURE + ", " + SIGNATURE + "]",
                "t=-" + THEN + ";" + mac,
                "t=99999999999999999999;" + mac,
                "t=" + (THEN + 1) + ";" + mac,
                "t=" + THEN / 1000 + ";" + mac,
                "t=" + THEN + ";" + "0".repeat(64),
                WebhookSignature.of("another-key", THEN, bytes(BODY)));
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void everyOtherSignatureIsRefused(String signature) {
        refused(signature, BODY);
    }

    static Stream<String> bodies() {
        return Stream.of(
                "",
                "null",
                "[]",
                "\"" + PROJECT + "\"",
                "{",
                BODY.substring(0, BODY.length() - 1),
                BODY + BODY,
                BODY.replace("\"timestamp\"", "\"project\":{},\"timestamp\""),
                BODY.replace(PROJECT, "another-project"),
                BODY.replace("\"projectId\":\"" + PROJECT + "\"", "\"projectId\":7"),
                BODY.replace("" + THEN, "\"" + THEN + "\""),
                BODY.replace("" + THEN, THEN + ".0"),
                BODY.replace("" + THEN, "" + (THEN + 1)),
                BODY.replace("" + THEN, "18446744075469551616" + THEN),
                BODY.replace(",\"timestamp\":" + THEN, ""),
                BODY.replace("demo", "x".repeat(ChangeNotices.LARGEST_BODY)),
                "[".repeat(30_000));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aSignatureMakesNoNoticeOfWhatIsNone(String body) {
        refused(WebhookSignature.of(KEY, THEN, bytes(body)), body);
    }

    @Test
    void anotherProjectsSecretIsNoGood() {
        ChangeNotices two = new ChangeNotices(
                new WebhookProperties(
                        Map.of(PROJECT, List.of(SecretText.of(KEY)), "other", List.of(SecretText.of("other-key")))),
                clock(THEN));

        refused(two, WebhookSignature.of("other-key", THEN, bytes(BODY)), BODY);
        String others = body("secrets.modified", "other", "/api", THEN);
        assertThat(two.verified(WebhookSignature.of("other-key", THEN, bytes(others)), null, bytes(others))
                        .folder())
                .isEqualTo(new Source("other", "prod", "/api"));
    }

    @Test
    void whileASecretIsReplacedBothAreGood() {
        ChangeNotices rotating = new ChangeNotices(
                new WebhookProperties(Map.of(PROJECT, List.of(SecretText.of("new-key"), SecretText.of(KEY)))),
                clock(THEN));

        assertThat(rotating.verified(SIGNATURE, null, bytes(BODY)).folder()).isNotNull();
        assertThat(rotating.verified(WebhookSignature.of("new-key", THEN, bytes(BODY)), null, bytes(BODY))
                        .folder())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {-300_000, -1, 0, 1, 300_000})
    void fiveMinutesEitherWayAreWithinTheWindow(long late) {
        assertThat(noticesAt(THEN + late).verified(SIGNATURE, null, bytes(BODY)).folder())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {-300_001, 300_001, 86_400_000, -86_400_000})
    void andNoMore(long late) {
        refused(noticesAt(THEN + late), SIGNATURE, BODY);
    }

    @Test
    void aNoticeIsGoodOnce() {
        notices.verified(SIGNATURE, null, bytes(BODY));

        refused(SIGNATURE, BODY);
        refused(notices, null, SIGNATURE, BODY);
        String next = body("secrets.modified", PROJECT, "/api", THEN + 1);
        assertThat(notices.verified(WebhookSignature.of(KEY, THEN + 1, bytes(next)), null, bytes(next))
                        .folder())
                .isNotNull();
    }

    @Test
    void aNoticeFromAClockThatIsFastIsNotGoodAgainLater() {
        MutableClock clock = MutableClock.frozenAt(Instant.ofEpochMilli(THEN).minus(ChangeNotices.TOLERANCE));
        ChangeNotices slow = new ChangeNotices(properties(), clock);
        slow.verified(SIGNATURE, null, bytes(BODY));

        clock.advance(ChangeNotices.TOLERANCE.plus(Duration.ofSeconds(1)));

        refused(slow, SIGNATURE, BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "test",
                "secrets.reminder-expired",
                "secrets.rotation-failed",
                "honey-token.triggered",
                "secrets.change-request.modified",
                "something.new"
            })
    void otherEventsAreNoChange(String event) {
        assertThat(verified(body(event, PROJECT, "/**", THEN))).isEqualTo(new ChangeNotice(event, null));
    }

    @Test
    void theEventsFormerNameAndTheProjectsFormerNameAreGood() {
        Source changed = new Source(PROJECT, "prod", "/api");

        assertThat(verified(body("secret.modified", PROJECT, "/api", THEN)).folder())
                .isEqualTo(changed);
        assertThat(verified(BODY.replace("\"projectId\":\"" + PROJECT + "\",", ""))
                        .folder())
                .isEqualTo(changed);
        ChangeNotices another = noticesAt(THEN);
        String newer = BODY.replace("\"workspaceId\":\"" + PROJECT + "\",", "");
        assertThat(another.verified(WebhookSignature.of(KEY, THEN, bytes(newer)), null, bytes(newer))
                        .folder())
                .isEqualTo(changed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b"})
    void thePathIsWrittenAsThatOfASource(String path) {
        assertThat(verified(body("secrets.modified", PROJECT, path, THEN)).folder())
                .isEqualTo(new Source(PROJECT, "prod", path));
        String slashed = path.equals("/") ? "//" : path + "/";
        assertThat(verified(body("secrets.modified", PROJECT, slashed, THEN)).folder())
                .isEqualTo(new Source(PROJECT, "prod", path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"secretPath\":\"/api\"", "\"environment\":\"prod\""})
    void aChangeThatDoesNotSayWhereIsABadRequest(String missing) {
        String body = BODY.replace(missing, "\"other\":1");

        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> verified(body))
                .satisfies(rejection -> assertThat(rejection.kind()).isEqualTo(Rejection.Kind.BAD_REQUEST))
                .withMessageContaining("project.secretPath");
    }

    private ChangeNotice verified(String body) {
        return notices.verified(WebhookSignature.of(KEY, THEN, bytes(body)), null, bytes(body));
    }

    private void refused(String signature, String body) {
        refused(notices, signature, body);
    }

    private static void refused(ChangeNotices by, String signature, String body) {
        refused(by, signature, null, body);
    }

    private static void refused(ChangeNotices by, String kmsSignature, String infisicalSignature, String body) {
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> by.verified(kmsSignature, infisicalSignature, bytes(body)))
                .satisfies(rejection -> assertThat(rejection.kind()).isEqualTo(Rejection.Kind.UNAUTHENTICATED))
                .withMessage("This is no change notice that is signed with a secret known here for its project, at most"
                        + " 5 minutes old, and new");
    }

    private static ChangeNotices noticesAt(long now) {
        return new ChangeNotices(properties(), clock(now));
    }

    private static WebhookProperties properties() {
        return new WebhookProperties(Map.of(PROJECT, List.of(SecretText.of(KEY))));
    }

    private static Clock clock(long now) {
        return Clock.fixed(Instant.ofEpochMilli(now), ZoneOffset.UTC);
    }

    private static String body(String event, String project, String path, long timestamp) {
        return "{\"event\":\"" + event + "\",\"project\":{\"workspaceId\":\"" + project + "\",\"projectId\":\""
                + project
                + "\",\"projectName\":\"demo\",\"environment\":\"prod\",\"secretPath\":\"" + path
                + "\"},\"timestamp\":" + timestamp + "}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
