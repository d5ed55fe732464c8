package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.hanzo.kms.secretsync.devkms.WebhookSignature;
import ai.hanzo.kms.secretsync.sync.HostileText;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Any body and any signature where a notice is expected. */
class ChangeNoticesFuzzTest {
    private static final int TRIES = 500;
    private static final String PROJECT = "11111111-2222-3333-4444-555555555555";
    private static final String KEY = "whk-test-key";
    private static final long NOW = 1760000000000L;

    private final ChangeNotices notices = new ChangeNotices(
            new WebhookProperties(Map.of(PROJECT, List.of(SecretText.of(KEY)))),
            Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void whoever_has_no_secret_is_refused_whatever_is_sent(
            @ForAll("headers") String signature, @ForAll("bodies") String body) {
        assertThat(catchThrowable(() -> notices.verified(signature, null, bytes(body))))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(Rejection.Kind.UNAUTHENTICATED));
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void any_bytes_are_refused(@ForAll byte[] body) {
        assertThat(catchThrowable(() -> notices.verified(WebhookSignature.of(KEY, NOW, body), null, body)))
                .isInstanceOf(Rejection.class);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void what_is_signed_is_a_notice_of_the_project_or_refused_with_a_reason(@ForAll("bodies") String body) {
        Throwable refusal = catchThrowable(() -> {
            ChangeNotice notice = notices.verified(WebhookSignature.of(KEY, NOW, bytes(body)), null, bytes(body));
            if (notice.folder() != null) {
                assertThat(notice.event()).isIn("secrets.modified", "secret.modified");
                assertThat(notice.folder().projectId()).isEqualTo(PROJECT);
                assertThat(notice.folder().environment()).isNotEmpty();
                assertThat(notice.folder().secretPath()).startsWith("/");
            }
        });
        if (refusal != null) {
            assertThat(refusal).isInstanceOf(Rejection.class).hasNoCause();
        }
    }

    @Provide
    Arbitrary<String> headers() {
        String mac = "c65024944110661f5fd12b0d2269f82e31ce15cf17a7581f9b8de25dc6006e8d";
        return Arbitraries.oneOf(
                HostileText.texts(),
                Arbitraries.just("t=" + NOW + ";" + mac),
                HostileText.texts().map(text -> "t=" + text + ";" + mac),
                HostileText.texts().map(text -> "t=" + NOW + ";" + text));
    }

    /** The notice that the KMS sends, each part of it as it is or anything else; or any JSON. */
    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> events = orAnything("\"secrets.modified\"", "\"secret.modified\"", "\"test\"");
        Arbitrary<String> projects = orAnything("\"" + PROJECT + "\"");
        Arbitrary<String> environments = orAnything("\"prod\"");
        Arbitrary<String> paths = orAnything("\"/\"", "\"/api\"", "\"api\"", "\"//a//../b/\"");
        Arbitrary<String> timestamps = orAnything(Long.toString(NOW), "\"" + NOW + "\"", NOW + ".0", "1e400");
        Arbitrary<String> notices = Combinators.combine(events, projects, environments, paths, timestamps)
                .as((event, project, environment, path, timestamp) -> "{\"event\":" + event
                        + ",\"project\":{\"projectId\":" + project + ",\"environment\":" + environment
                        + ",\"secretPath\":" + path + "},\"timestamp\":" + timestamp + "}");
        return Arbitraries.oneOf(notices, notices, HostileText.json());
    }

    private static Arbitrary<String> orAnything(String... expected) {
        return Arbitraries.frequencyOf(Tuple.of(6, Arbitraries.of(expected)), Tuple.of(1, HostileText.json()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
