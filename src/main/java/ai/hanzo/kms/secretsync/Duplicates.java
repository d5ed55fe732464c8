package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.CheckDestinationRequest;
import ai.hanzo.kms.secretsync.api.CheckedDestinationView;
import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.kms.KmsProject;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/**
 * Finds another sync that writes to the same place: account, region and secret name ({@code upstream-secret-sync.md} 1.5; the
 * account is not compared there).
 */
@Component("duplicates")
public class Duplicates {
    private static final CheckedDestinationView NONE = new CheckedDestinationView(false, null);

    private final SecretSyncs syncs;
    private final AppConnections connections;
    private final VisibleResources visible;
    private final Access access;

    Duplicates(SecretSyncs syncs, AppConnections connections, VisibleResources visible, Access access) {
        this.syncs = syncs;
        this.connections = connections;
        this.visible = visible;
        this.access = access;
    }

    /**
     * The AWS account that is asked about: that of the connection, or, as Terraform names none, that of the sync which asks.
     *
     * @return null where neither is named
     * @throws Rejection 404 where the caller may not see the connection
     */
    public String account(CheckDestinationRequest request, KmsProject project) {
        if (request.connectionId() != null) {
            return visible.connection(request.connectionId()).accountId();
        }
        return request.excludeSyncId() == null
                ? null
                : syncs.ofProject(project.id()).stream()
                        .filter(sync -> sync.id().equals(request.excludeSyncId()))
                        .findFirst()
                        .map(sync -> connection(sync).accountId())
                        .orElse(null);
    }

    /**
     * Looks in all projects of the organisation. Of a project that the caller may not see only that there is a duplicate is
     * told, and that only to those who have a connection to the very account, who could see it in AWS.
     *
     * @param account null for any, among what the caller may see
     */
    public CheckedDestinationView find(CheckDestinationRequest request, KmsProject project, String account) {
        if (request.region() == null || request.mappingBehavior() == null) {
            return NONE;
        }
        Set<String> seen = access.projects();
        Predicate<SavedSync> samePlace = sync -> {
            AppConnection connection = connection(sync);
            return connection.orgId().equals(project.orgId())
                    && (account == null
                            ? seen.contains(sync.source().projectId())
                            : account.equals(connection.accountId()));
        };
        List<String> projects = syncs.writingTo(request.region(), request.secretName()).stream()
                .filter(sync -> request.excludeSyncId() == null
                        || !(sync.id().equals(request.excludeSyncId())
                                || request.excludeSyncId().equals(sync.parentId())))
                .filter(samePlace)
                .map(sync -> sync.source().projectId())
                .toList();
        if (projects.isEmpty()) {
            return NONE;
        }
        return new CheckedDestinationView(
                true, projects.stream().filter(seen::contains).findFirst().orElse(null));
    }

    private AppConnection connection(SavedSync sync) {
        UUID id = sync.destination().connectionId();
        return connections.get(id);
    }
}
