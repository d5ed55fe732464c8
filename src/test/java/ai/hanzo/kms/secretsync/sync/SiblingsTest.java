package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who may take over what another destination of the same sync has put somewhere. */
class SiblingsTest {
    private static final UUID SELF = UUID.randomUUID();
    private static final UUID NEIGHBOUR = UUID.randomUUID();
    private static final UUID FAR = UUID.randomUUID();
    private static final UUID FORMER = UUID.randomUUID();
    private static final String HERE = "eu-central-1";

    private final Siblings siblings =
            Siblings.of(SELF, Map.of(SELF, HERE, NEIGHBOUR, HERE, FAR, "us-east-1"), Set.of(FORMER));

    @Test
    void whoeverIsElsewhereOrNotInUseAnyMoreHasLeftTheRegion() {
        assertThat(siblings.predecessors(HERE)).containsExactlyInAnyOrder(FAR, FORMER);
    }

    @Test
    void nobodyIsASiblingOfItself() {
        assertThat(siblings.regions()).containsOnlyKeys(NEIGHBOUR, FAR);
        assertThat(siblings.predecessors("us-east-1")).containsExactlyInAnyOrder(NEIGHBOUR, FORMER);
    }

    @Test
    void oneThatIsNotInUseHasNoRegion() {
        assertThat(siblings.regionsInUse()).containsExactlyInAnyOrder(HERE, "us-east-1");
        assertThat(Siblings.NONE.predecessors(HERE)).isEmpty();
    }
}
