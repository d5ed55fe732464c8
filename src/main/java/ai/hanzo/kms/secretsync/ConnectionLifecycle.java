package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.AwsCredentials;
import ai.hanzo.kms.secretsync.api.CreateConnectionRequest;
import ai.hanzo.kms.secretsync.api.UpdateConnectionRequest;
import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.connections.ConnectionCredentials;
import ai.hanzo.kms.secretsync.connections.ConnectionMethod;
import ai.hanzo.kms.secretsync.connections.CreateConnection;
import ai.hanzo.kms.secretsync.connections.UpdateConnection;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Hands what the API was asked for to those who keep connections. */
@Component("connectionLifecycle")
public class ConnectionLifecycle {
    private final AppConnections connections;
    private final Access access;

    ConnectionLifecycle(AppConnections connections, Access access) {
        this.connections = connections;
        this.access = access;
    }

    /**
     * @throws Rejection 400 where the credentials do not work or the name is taken; and as {@link Access} says
     */
    public AppConnection create(CreateConnectionRequest request) {
        return connections.create(new CreateConnection(
                request.name(),
                request.description(),
                method(request.credentials()),
                credentials(request.credentials()),
                organization(request.projectId()),
                request.projectId()));
    }

    /** A connection without a project belongs to the organisation of the projects that the caller may use. */
    private String organization(String projectId) {
        if (projectId != null) {
            return access.project(projectId).orgId();
        }
        Set<String> organizations = access.organizations();
        if (organizations.size() != 1) {
            throw Rejection.badRequest(
                    organizations.isEmpty()
                            ? "You have no project, so that there is no organization the connection could belong to. Ask for"
                                    + " access to a project in the KMS."
                            : "You have projects in several organizations: say with \"projectId\" where the connection"
                                    + " belongs.");
        }
        return organizations.iterator().next();
    }

    public AppConnection update(UUID id, UpdateConnectionRequest request) {
        return connections.update(
                id,
                new UpdateConnection(
                        request.name(),
                        request.description().given()
                                ? new UpdateConnection.Description(
                                        request.description().value())
                                : null,
                        request.credentials() == null ? null : credentials(request.credentials())));
    }

    /** Whether a connection has these credentials already. */
    public boolean has(UUID id, AwsCredentials credentials) {
        return connections.has(id, credentials(credentials));
    }

    private static ConnectionMethod method(AwsCredentials credentials) {
        return credentials instanceof AwsCredentials.AccessKey
                ? ConnectionMethod.ACCESS_KEY
                : ConnectionMethod.ASSUME_ROLE;
    }

    private static ConnectionCredentials credentials(AwsCredentials credentials) {
        if (credentials instanceof AwsCredentials.AccessKey key) {
            return new ConnectionCredentials.AccessKey(key.accessKeyId(), key.secretAccessKey());
        }
        AwsCredentials.AssumeRole role = (AwsCredentials.AssumeRole) credentials;
        return new ConnectionCredentials.AssumeRole(role.roleArn(), role.stsEndpoint());
    }
}
