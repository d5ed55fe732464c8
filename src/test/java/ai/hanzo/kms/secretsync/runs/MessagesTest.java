package ai.hanzo.kms.secretsync.runs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MessagesTest {
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
}
