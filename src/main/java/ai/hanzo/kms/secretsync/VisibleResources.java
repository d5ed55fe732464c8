package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.Page;
import ai.hanzo.kms.secretsync.audit.AuditReader;
import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.kms.KmsProject;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Syncs and connections as the caller of the API may see them. One of another project or organisation is answered in the
 * very words of one that does not exist, so that not even an id can be found out. For the same reason the KMS is asked what the
 * caller may see before anything is looked up here: a bad token, and a KMS in trouble, are told alike of both.
 */
@Component("visible")
public class VisibleResources {
    /** Each costs some calls to AWS, which somebody waits for. */
    private static final int MOST_SYNCS = 25;

    private final Access access;
    private final SecretSyncs syncs;
    private final AppConnections connections;
    private final AuditReader audit;

    VisibleResources(Access access, SecretSyncs syncs, AppConnections connections, AuditReader audit) {
        this.access = access;
        this.syncs = syncs;
        this.connections = connections;
        this.audit = audit;
    }

    /**
     * @throws Rejection 404; 401 or 403 where the token is not good
     */
    public SavedSync sync(UUID id) {
        Set<String> projects = access.projects();
        SavedSync sync = syncs.get(id);
        if (!projects.contains(sync.source().projectId())) {
            throw Rejection.notFound("Could not find AWS Secrets Manager Sync with ID \"" + id + "\"");
        }
        return sync;
    }

    /**
     * The syncs that write with a connection and that the caller may see.
     *
     * @param only the id of one of them, null for all
     * @throws Rejection 400 where the one writes with another connection, or there are too many; otherwise as {@link #sync}
     */
    public List<SavedSync> syncsOf(AppConnection connection, UUID only) {
        if (only != null) {
            SavedSync sync = sync(only);
            if (!sync.destination().connectionId().equals(connection.id())) {
                throw Rejection.badRequest(
                        "The sync \"" + sync.name() + "\" does not use the connection \"" + connection.name() + "\"");
            }
            return List.of(sync);
        }
        Set<String> projects = access.projects();
        List<SavedSync> visible = syncs.ofConnection(connection.id()).stream()
                .filter(sync -> projects.contains(sync.source().projectId()))
                .toList();
        if (visible.size() > MOST_SYNCS) {
            throw Rejection.badRequest("The connection \"" + connection.name() + "\" has " + visible.size()
                    + " syncs, and at most " + MOST_SYNCS + " are looked at together: name one with \"syncId\"");
        }
        return visible;
    }

    /** The connections that the caller may see, or of these the ones of one project, or of none. */
    public List<AppConnection> connections(String projectId) {
        if (projectId == null) {
            return connections.listAll(access.organizations(), access.projects());
        }
        return connections.listAll(Set.of(), Set.of(access.project(projectId).id()));
    }

    /** The connections that syncs of a project may use; without a project, those of the caller's organisations. */
    public List<AppConnection> available(String projectId) {
        if (projectId == null) {
            return connections(null);
        }
        return connections.available(access.project(projectId).orgId(), projectId);
    }

    /**
     * @throws Rejection 404; 401 or 403 where the token is not good
     */
    public AppConnection connection(UUID id) {
        Set<String> projects = access.projects();
        AppConnection connection = connections.get(id);
        boolean visible = connection.projectId() == null
                ? access.organizations().contains(connection.orgId())
                : projects.contains(connection.projectId());
        if (!visible) {
            throw unknownConnection(id);
        }
        return connection;
    }

    /** As {@link #requireUsable}, for the connections of some additional destinations, null for none. */
    public void requireAllUsable(List<AdditionalDestination> destinations, KmsProject project) {
        if (destinations != null) {
            destinations.stream()
                    .map(AdditionalDestination::connectionId)
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(id -> requireUsable(id, project));
        }
    }

    /**
     * @throws Rejection 404 where the caller may see no such connection, or it is another organisation's; 400 where it is
     *     another project's
     */
    public void requireUsable(UUID connectionId, KmsProject project) {
        AppConnection connection = connection(connectionId);
        if (connection.projectId() == null) {
            if (!connection.orgId().equals(project.orgId())) {
                throw unknownConnection(connectionId);
            }
        } else if (!connection.projectId().equals(project.id())) {
            throw Rejection.badRequest("You cannot connect project App Connection with ID \"" + connectionId
                    + "\" from project with ID \"" + connection.projectId() + "\" to project with ID \""
                    + project.id() + "\"");
        }
    }

    /**
     * @param projectId null for connections of the organisation
     * @throws Rejection 404; 401 or 403 where the token is not good
     */
    public AppConnection connectionNamed(String name, String projectId) {
        if (projectId != null) {
            return connections.byName(name, access.project(projectId).orgId(), projectId);
        }
        Rejection unknown = null;
        for (String organization : access.organizations()) {
            try {
                return connections.byName(name, organization, null);
            } catch (Rejection e) {
                unknown = e;
            }
        }
        throw unknown != null
                ? unknown
                : Rejection.notFound("Could not find App Connection with name " + name + " in organization scope.");
    }

    /**
     * The audit trail of a project, or of the caller's organisations apart from their projects.
     *
     * @param projectId null for the organisations
     * @throws Rejection where the project is not the caller's, or does not exist, in the same words
     */
    public AuditReader.Found audit(String projectId, Page page) {
        return projectId == null
                ? audit.ofOrganizations(access.organizations(), page.limit(), page.offset())
                : audit.ofProject(access.project(projectId).id(), page.limit(), page.offset());
    }

    private static Rejection unknownConnection(UUID id) {
        return Rejection.notFound("Could not find App Connection with ID " + id);
    }
}
