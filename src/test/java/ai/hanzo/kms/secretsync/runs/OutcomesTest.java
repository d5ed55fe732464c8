package ai.hanzo.kms.secretsync.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private final Outcomes outcomes = new Outcomes(null);

    /** AWS answers in any order; of one secret the changes stay in theirs. */
    @Test
    void whatWasChangedIsToldInTheOrderOfNames() {
        assertThat(outcomes.all(
                        List.of(Outcome.unchanged("z"), Outcome.unchanged("y")),
                        List.of(
                                Outcome.succeeded("c", "create"),
                                Outcome.succeeded("a", "update"),
                                Outcome.succeeded("b", "create"),
                                Outcome.succeeded("a", "retag"))))
                .extracting(outcome -> outcome.name() + " " + outcome.change())
                .containsExactly("z keep", "y keep", "a update", "a retag", "b create", "c create");
    }
}
