package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.sync.Coverage;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Warns of other syncs that may touch the same names in the same account and region. It is no error: each leaves alone what is the
 * other's. But with {@code overwrite-destination} what is nobody's may be removed by either, and a name that both want goes to
 * whoever is first.
 *
 * <p>The warnings are a field of their own in the answers about one sync, absent where there is none: clients of upstream skip
 * fields they do not know.
 */
@Component
class Overlaps {
    private final SecretSyncs syncs;
    private final AppConnections connections;
    private final Access access;

    Overlaps(SecretSyncs syncs, AppConnections connections, Access access) {
        this.syncs = syncs;
        this.connections = connections;
        this.access = access;
    }

    /**
     * One sentence for each other sync of the same organisation that the caller may see, and one for all that he may not see: whoever
     * has a connection to the account could find as much in AWS.
     */
    List<String> warnings(SavedSync sync) {
        return warnings(sync.toSync(false));
    }

    /** The same of a sync that is not stored, or not stored like this. */
    List<String> warnings(SecretSync sync) {
        AppConnection connection = connections.get(sync.destination().connectionId());
        if (connection.accountId() == null) {
            return List.of();
        }
        Coverage coverage = Coverage.of(sync);
        List<SavedSync> others = syncs.inRegion(sync.destination().region()).stream()
                .filter(other -> !other.id().equals(sync.id()))
                .filter(other -> Coverage.of(other.toSync(false)).overlaps(coverage))
                .filter(other -> sameAccount(connection, other))
                .toList();
        if (others.isEmpty()) {
            return List.of();
        }
        Set<String> seen = access.projects();
        return others.stream()
                .map(other -> seen.contains(other.source().projectId())
                        ? "The sync \"" + other.givenName() + "\" (" + other.id() + ")"
                        : "A sync of another project")
                .distinct()
                .map(other -> other
                        + " may write the same names in this account and region; give each sync a key schema of its"
                        + " own")
                .toList();
    }

    private boolean sameAccount(AppConnection connection, SavedSync other) {
        AppConnection theirs = connections.get(other.destination().connectionId());
        return connection.accountId().equals(theirs.accountId())
                && connection.orgId().equals(theirs.orgId());
    }
}
