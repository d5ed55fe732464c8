package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A sync as it was, as it would be elsewhere, and what its options say. */
class SecretSyncTest {
    private final World world = new World();

    @Test
    void asItWasBeforeItsDestinationWasChanged() {
        world.schema = "app/{{secretKey}}";
        SecretSync sync = world.sync();
        SecretSync one = sync.before("us-east-1", Destination.ONE_TO_ONE, null);
        assertThat(one.destination())
                .isEqualTo(
                        new Destination(sync.destination().connectionId(), "us-east-1", Destination.ONE_TO_ONE, null));
        assertThat(one.options()).isEqualTo(sync.options());
        assertThat(one.id()).isEqualTo(sync.id());
        SecretSync many = sync.before("us-east-1", Destination.MANY_TO_ONE, "app/all");
        assertThat(many.destination().secretName()).isEqualTo("app/all");
        assertThat(many.keySchema().apply(many.destination().secretName()))
                .as("the name is the one in AWS already")
                .isEqualTo("app/all");
    }

    @Test
    void inAnotherRegionEverythingElseIsTheSame() {
        world.mapping = Destination.MANY_TO_ONE;
        SecretSync sync = world.sync();
        SecretSync there = sync.inRegion("us-east-1");
        assertThat(there.destination().region()).isEqualTo("us-east-1");
        assertThat(there.destination().secretName()).isEqualTo("app");
        assertThat(there.inRegion(sync.destination().region())).isEqualTo(sync);
        Siblings siblings = new Siblings(Map.of(World.OTHER, "us-east-1"), Set.of());
        assertThat(sync.among(siblings).siblings()).isEqualTo(siblings);
        assertThat(sync.among(siblings).among(Siblings.NONE)).isEqualTo(sync);
    }

    @Test
    void aPlaceIsAConnectionAndARegion() {
        Destination first = world.sync().destination();
        AdditionalDestination region = new AdditionalDestination(null, "us-east-1", null);
        AdditionalDestination account = new AdditionalDestination(World.OTHER, first.region(), null);
        assertThat(region.of(first))
                .isEqualTo(new Destination(first.connectionId(), "us-east-1", first.mappingBehavior(), null));
        assertThat(account.of(first).connectionId()).isEqualTo(World.OTHER);
        assertThat(first.isAt(region.of(first))).isFalse();
        assertThat(first.isAt(account.of(first))).isFalse();
        assertThat(first.isAt(new Destination(
                        UUID.fromString(first.connectionId().toString()),
                        first.region(),
                        Destination.MANY_TO_ONE,
                        "app")))
                .isTrue();
    }

    @Test
    void nothingIsImportedFromAnAdditionalDestination() {
        world.keyId = "alias/shop";
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
        SyncOptions options = world.sync().options();
        SyncOptions there = options.forAdditionalDestination(null);
        assertThat(there.initialSyncBehavior()).isEqualTo(InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE);
        assertThat(there.keyId()).isEqualTo("alias/shop");
        assertThat(options.forAdditionalDestination("alias/there").keyId()).isEqualTo("alias/there");
        world.behavior = InitialSyncBehavior.OVERWRITE_DESTINATION;
        assertThat(world.sync().options().forAdditionalDestination(null).initialSyncBehavior())
                .isEqualTo(InitialSyncBehavior.OVERWRITE_DESTINATION);
    }

    @Test
    void whatIsNotSaidIsAsWithUpstream() {
        SyncOptions upstream = new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, null, null, null, null, null);
        assertThat(upstream.deletionDisabled()).isFalse();
        assertThat(upstream.metadataAsTags()).isFalse();
        assertThat(upstream.reportsDrift()).isFalse();
        assertThat(upstream.sharded()).isFalse();
        assertThat(upstream.managesTags()).isFalse();
        assertThat(upstream.replicates()).isFalse();
        assertThat(upstream.approvalRequired()).isFalse();
        assertThat(upstream.subFolders()).isFalse();
        assertThat(upstream.policy()).isNull();
        assertThat(upstream.rulesForKeys()).isEqualTo(KeyRules.none());
    }

    @Test
    void whatIsSaidHolds() {
        SyncOptions said = new SyncOptions(
                InitialSyncBehavior.OVERWRITE_DESTINATION,
                null,
                true,
                null,
                List.of(),
                true,
                DriftBehavior.REPORT,
                null,
                List.of(new ReplicaRegion("us-east-1", null)),
                true,
                TagMode.NEVER,
                true,
                Map.of("Version", "2012-10-17"),
                true,
                null);
        assertThat(said.deletionDisabled()).isTrue();
        assertThat(said.metadataAsTags()).isTrue();
        assertThat(said.reportsDrift()).isTrue();
        assertThat(said.sharded()).isTrue();
        assertThat(said.managesTags()).isTrue();
        assertThat(said.changesTags()).isFalse();
        assertThat(said.replicates()).isTrue();
        assertThat(said.approvalRequired()).isTrue();
        assertThat(said.subFolders()).isTrue();
        assertThat(said.policy()).isNotNull();
        assertThat(said.with(draft -> draft.replicaRegions(List.of())
                                .resourcePolicy(null)
                                .includeAllSubFolders(false)
                                .tagMode(null)
                                .move(new Move(3)))
                        .replicates())
                .isFalse();
    }
}
