package ai.hanzo.kms.secretsync.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SYNC   | F       | 1 of 1 secret could not be synced.
            SYNC   | F,S     | 1 of 2 secrets could not be synced; the other is as it should be.
            SYNC   | F,F,S,K | 2 of 4 secrets could not be synced; the others are as they should be.
            SYNC   | F,F     | 2 of 2 secrets could not be synced.
            IMPORT | F       | 1 of 1 secret was not imported.
            IMPORT | F,S     | 1 of 2 secrets was not imported; the other is in the KMS.
            IMPORT | F,K,S,S | 2 of 4 secrets were not imported; the others are in the KMS.
            IMPORT | K,K     | 2 of 2 secrets were not imported.
            REMOVE | F       | 1 of 1 secret could not be removed.
            REMOVE | F,S     | 1 of 2 secrets could not be removed; the other has been removed.
            REMOVE | F,S,S   | 1 of 3 secrets could not be removed; the others have been removed.
            REMOVE | F,S,K   | 1 of 3 secrets could not be removed; the others have been removed or stay on purpose.
            REMOVE | F,K     | 1 of 2 secrets could not be removed; the other stays on purpose.
            REMOVE | F,K,K   | 1 of 3 secrets could not be removed; the others stay on purpose.
            REMOVE | F,F     | 2 of 2 secrets could not be removed.
            """)
    void aMessageSaysWhatBecameOfTheOthers(RunAction action, String results, String said) {
        Map<String, Outcome.Result> byLetter =
                Map.of("F", Outcome.Result.FAILED, "S", Outcome.Result.SUCCEEDED, "K", Outcome.Result.SKIPPED);
        List<Outcome> outcomes = new ArrayList<>();
        for (String letter : results.split(",")) {
            outcomes.add(new Outcome("n" + outcomes.size(), "any", byLetter.get(letter), "Code", "Why", null));
        }

        assertThat(Messages.of(action, outcomes)).startsWith(said + " \"n0\": Why.");
    }

    @Test
    @DisplayName("U4-8: a longer message is its first 1021 characters and ...")
    void aMessageIsCutAtWhatTheContractAllows() {
        String longest = "m".repeat(1024);
        assertThat(Messages.capped(longest)).isEqualTo(longest);
        assertThat(Messages.capped("start" + longest))
                .isEqualTo("start" + "m".repeat(1016) + "...")
                .hasSize(1024);
        assertThat(Messages.capped(null)).isNull();
    }

    @Test
    void aMessageIsOneLineThatEveryDatabaseTakes() {
        assertThat(Messages.capped("no\0\u001b[31m letter\r\nof it")).isEqualTo("no [31m letter of it");
    }
}
