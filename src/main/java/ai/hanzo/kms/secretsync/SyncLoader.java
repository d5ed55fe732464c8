package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Gives a run what it works with. */
@Component("syncLoader")
public class SyncLoader {
    private final SecretSyncs syncs;
    private final Runs runs;
    private final AppConnections connections;

    SyncLoader(SecretSyncs syncs, Runs runs, AppConnections connections) {
        this.syncs = syncs;
        this.runs = runs;
        this.connections = connections;
    }

    public SecretSync load(UUID syncId) {
        return load(syncs.get(syncId));
    }

    SecretSync load(SavedSync sync) {
        return sync.toSync(runs.state(sync.id()).initial()).among(syncs.siblings(sync.id()));
    }

    /**
     * The AWS account that the sync writes to.
     *
     * @throws Rejection 400 where it is not known
     */
    public String account(SecretSync sync) {
        AppConnection connection = connections.get(sync.destination().connectionId());
        if (connection.accountId() == null) {
            throw Rejection.badRequest("The AWS account of the connection \"" + connection.name()
                    + "\" is not known; save the connection's credentials again");
        }
        return connection.accountId();
    }
}
