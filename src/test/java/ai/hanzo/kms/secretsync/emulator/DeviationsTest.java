package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A run against a peer fails on a deviation that is new and on one that is gone. */
class DeviationsTest {
    private final Deviations deviations = Deviations.parse("peer", """
            # What it does.
            KNOWN    answers 500
            ? FLAKY  answers 500 now and then
            """);

    @Test
    void aNewDeviationFails() {
        assertThatThrownBy(() -> deviations.hold(failing("NEW")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("NEW");
    }

    @Test
    void aDeviationThatIsGoneFails() {
        assertThatThrownBy(() -> deviations.hold(passing("KNOWN")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("take it off the list");
    }

    @Test
    void aKnownDeviationPasses() {
        assertThatCode(() -> deviations.hold(failing("KNOWN"))).doesNotThrowAnyException();
    }

    @Test
    void whatDeviatesByChancePassesEitherWay() {
        assertThatCode(() -> deviations.hold(failing("FLAKY"))).doesNotThrowAnyException();
        assertThatCode(() -> deviations.hold(passing("FLAKY"))).doesNotThrowAnyException();
    }

    @Test
    void aListSaysWhatThePeerDoesAndNamesEachCheckOnce() {
        assertThatThrownBy(() -> Deviations.parse("peer", "KNOWN")).hasMessageContaining("KNOWN");
        assertThatThrownBy(() -> Deviations.parse("peer", "A x\nA y")).hasMessageContaining("twice");
    }

    @Test
    void aPeerWithoutAListIsRefused() {
        assertThatThrownBy(() -> Deviations.of("nobody")).hasMessageContaining("/deviations/nobody.txt");
    }

    private static Contract.Check failing(String id) {
        return check(id, () -> {
            throw new AssertionError("it answers 500");
        });
    }

    private static Contract.Check passing(String id) {
        return check(id, () -> {});
    }

    private static Contract.Check check(String id, Contract.Body body) {
        return new Contract.Check(id, Contract.Evidence.D, "source", "title", body);
    }
}
