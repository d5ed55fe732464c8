package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The words by which API, configuration and storage name things. */
class VocabularyTest {
    @Test
    void optionsHaveTheirWords() {
        assertThat(TagMode.values()).extracting(TagMode::wireName).containsExactly("never", "upsert", "replace");
        assertThat(DriftBehavior.values()).extracting(DriftBehavior::wireName).containsExactly("correct", "report");
        assertThat(ForeignSecrets.values()).extracting(ForeignSecrets::wireName).containsExactly("remove", "keep");
        assertThat(ConflictResolution.Behavior.values())
                .extracting(ConflictResolution.Behavior::wireName)
                .containsExactly("prioritize-source", "prioritize-destination");
        assertThat(InitialSyncBehavior.values())
                .extracting(InitialSyncBehavior::wireName)
                .containsExactly("overwrite-destination", "import-prioritize-source", "import-prioritize-destination");
    }

    @Test
    void theyAreFoundByTheirWordsAndByNoOthers() {
        assertThat(TagMode.values())
                .allSatisfy(
                        mode -> assertThat(TagMode.ofWireName(mode.wireName())).contains(mode));
        assertThat(DriftBehavior.values())
                .allSatisfy(behavior -> assertThat(DriftBehavior.ofWireName(behavior.wireName()))
                        .contains(behavior));
        assertThat(ConflictResolution.Behavior.values())
                .allSatisfy(behavior -> assertThat(ConflictResolution.Behavior.ofWireName(behavior.wireName()))
                        .contains(behavior));
        assertThat(ForeignSecrets.values())
                .allSatisfy(choice ->
                        assertThat(ForeignSecrets.ofWireName(choice.wireName())).isEqualTo(choice));
        assertThat(TagMode.ofWireName("UPSERT")).isEmpty();
        assertThat(DriftBehavior.ofWireName("")).isEmpty();
        assertThat(ConflictResolution.Behavior.ofWireName(null)).isEmpty();
        assertThatThrownBy(() -> ForeignSecrets.ofWireName("leave"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"leave\" is neither \"remove\" nor \"keep\"");
    }

    @Test
    void rejectionsHaveTheStatusAndTheWordOfTheContract() {
        assertThat(Arrays.stream(Rejection.Kind.values()))
                .extracting(Rejection.Kind::status, Rejection.Kind::error)
                .containsExactly(
                        tuple(400, "BadRequest"),
                        tuple(401, "UnauthorizedError"),
                        tuple(403, "TokenError"),
                        tuple(403, "PermissionDenied"),
                        tuple(404, "NotFound"),
                        tuple(429, "RateLimitExceeded"),
                        tuple(503, "ServiceUnavailable"));
        assertThat(Rejection.badRequest("why").kind()).isEqualTo(Rejection.Kind.BAD_REQUEST);
        assertThat(Rejection.notFound("why").kind()).isEqualTo(Rejection.Kind.NOT_FOUND);
        assertThat(Rejection.forbidden("why").kind()).isEqualTo(Rejection.Kind.FORBIDDEN);
        assertThat(Rejection.forbidden("why")).hasMessage("why");
        assertThat(Rejection.forbidden("why").retryAfter()).isNull();
    }

    @Test
    void howLongToWaitIsToldInWholeSecondsAndAtLeastOne() {
        Rejection rejection = Rejection.rateLimited(Duration.ofMillis(2_001));
        assertThat(rejection.kind()).isEqualTo(Rejection.Kind.RATE_LIMITED);
        assertThat(rejection).hasMessage("Rate limit exceeded. Please try again in 3 seconds");
        assertThat(rejection.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(Rejection.rateLimited(Duration.ZERO).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(Rejection.rateLimited(Duration.ofSeconds(2)).retryAfter()).isEqualTo(Duration.ofSeconds(2));
    }
}
