package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Found.validated;
import static ai.hanzo.kms.secretsync.api.Rules.DESCRIPTION;
import static ai.hanzo.kms.secretsync.api.Rules.UUID;
import static ai.hanzo.kms.secretsync.api.Rules.discriminator;
import static ai.hanzo.kms.secretsync.api.Rules.either;
import static ai.hanzo.kms.secretsync.api.Rules.oneOf;
import static ai.hanzo.kms.secretsync.api.Rules.onlyFalse;
import static ai.hanzo.kms.secretsync.api.Rules.onlyNull;
import static ai.hanzo.kms.secretsync.api.Rules.slug;
import static ai.hanzo.kms.secretsync.api.TextRule.text;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Reads the requests of {@code /api/v1/app-connections}; called from the routes. Rules and messages are those of
 * {@code upstream-secret-sync.md} 1.6. No message ever quotes a credential.
 *
 * <p>Every method throws {@link ValidationException} with all issues of what it reads, and {@link RefusedRequest} for a body
 * that is no JSON.
 */
@Component("connectionRequests")
public class ConnectionRequests {
    private static final String NOT_SUPPORTED = "Not supported for AWS Connections";
    private static final List<String> METHODS =
            List.of(ConnectionMethod.ASSUME_ROLE.wireName(), ConnectionMethod.ACCESS_KEY.wireName());
    private static final List<String> PROJECT_TYPES =
            List.of("secret-manager", "cert-manager", "kms", "ssh", "secret-scanning", "pam", "ai");

    private static final Rule<String> NAME = slug("name", 64);

    private static final Rule<AwsCredentials.AccessKey> ACCESS_KEY = found -> found.object(credentials -> both(
            credentials.read("accessKeyId", text().trimmed().min(1, "Access Key ID required")),
            credentials.read("secretAccessKey", text().trimmed().min(1, "Secret Access Key required"))));

    private static final Rule<AwsCredentials.AssumeRole> ASSUME_ROLE = found -> found.object(credentials -> {
        String roleArn = credentials.read("roleArn", text().trimmed().min(1, "Role ARN required"));
        String stsEndpoint = credentials.read("stsEndpoint", StsEndpoint.RULE.optional());
        return roleArn == null ? null : new AwsCredentials.AssumeRole(roleArn, stsEndpoint);
    });

    private final ApiJson json;
    private final KnownNames names;

    ConnectionRequests(ApiJson json, KnownNames names) {
        this.json = json;
        this.names = names;
    }

    /**
     * Body of a POST that makes a connection.
     *
     * @throws ai.hanzo.kms.secretsync.sync.Rejection for an STS endpoint in no region of AWS
     */
    public CreateConnectionRequest create(byte[] body) {
        CreateConnectionRequest create = validated(
                json.read(body),
                found -> found.object(request -> {
                    AwsCredentials credentials = credentials(request);
                    String name = request.read("name", NAME);
                    String description = request.read("description", DESCRIPTION.nullish());
                    String projectId = request.read("projectId", text().nullish());
                    noteWhatIsForOtherApps(request);
                    request.read(
                            "isAutoRotationEnabled", onlyFalse(NOT_SUPPORTED).optional());
                    request.read("rotation", onlyNull(NOT_SUPPORTED).optional());
                    boolean inProject = projectId != null && !projectId.isEmpty();
                    return new CreateConnectionRequest(name, description, inProject ? projectId : null, credentials);
                }));
        requireRegion(create.credentials());
        return create;
    }

    /**
     * Body of a PATCH. {@code method} and {@code projectId} cannot change and are not looked at.
     *
     * @throws ai.hanzo.kms.secretsync.sync.Rejection for an STS endpoint in no region of AWS
     */
    public UpdateConnectionRequest update(byte[] body) {
        Rule<AwsCredentials> credentials = either(ACCESS_KEY, ASSUME_ROLE);
        UpdateConnectionRequest update = validated(
                json.read(body),
                found -> found.object(request -> {
                    UpdateConnectionRequest read = new UpdateConnectionRequest(
                            request.read("name", NAME.optional()),
                            request.read("description", DESCRIPTION.patch()),
                            request.read("credentials", credentials.optional()));
                    noteWhatIsForOtherApps(request);
                    return read;
                }));
        requireRegion(update.credentials());
        return update;
    }

    /** {@code connectionId} of the path, as it stands there. */
    public UUID connectionId(String segment) {
        return Parameters.path("connectionId", segment, UUID);
    }

    /** {@code connectionName} of the path, as it stands there. */
    public String connectionName(String segment) {
        return Parameters.path("connectionName", segment, text().trimmed().min(1, "Connection name required"));
    }

    /** The optional {@code projectId} of a query string; null for none, and for an empty one. */
    public String projectId(String query) {
        String projectId = Parameters.of(query, parameters -> parameters.read("projectId", text().optional()));
        return projectId == null || projectId.isEmpty() ? null : projectId;
    }

    /** The one sync that is to be looked at: the optional {@code syncId} of the query string, null for none. */
    public UUID syncId(String query) {
        return Parameters.of(query, parameters -> parameters.read("syncId", UUID.optional()));
    }

    /** The optional {@code projectType} of the options; it changes nothing, for AWS is offered to all types. */
    public String projectType(String query) {
        return Parameters.of(
                query,
                parameters ->
                        parameters.read("projectType", oneOf(PROJECT_TYPES).optional()));
    }

    /** The query string of {@code kms-keys}. */
    public KmsKeysRequest kmsKeys(String query) {
        return Parameters.of(
                query,
                parameters -> new KmsKeysRequest(
                        parameters.read("region", oneOf(names.regions())),
                        parameters.read("destination", oneOf(List.of("aws-parameter-store", "aws-secrets-manager")))));
    }

    private static AwsCredentials credentials(Found request) {
        String method = request.read("method", discriminator(METHODS));
        if (method == null) {
            return null;
        }
        return method.equals(ConnectionMethod.ACCESS_KEY.wireName())
                ? request.read("credentials", ACCESS_KEY)
                : request.read("credentials", ASSUME_ROLE);
    }

    private static AwsCredentials.AccessKey both(String accessKeyId, String secretAccessKey) {
        return accessKeyId == null || secretAccessKey == null
                ? null
                : new AwsCredentials.AccessKey(accessKeyId, SecretText.of(secretAccessKey));
    }

    private static void noteWhatIsForOtherApps(Found request) {
        request.read("isPlatformManagedCredentials", onlyFalse(NOT_SUPPORTED).optional());
        request.read("gatewayId", onlyNull(NOT_SUPPORTED).optional());
    }

    private void requireRegion(AwsCredentials credentials) {
        if (credentials instanceof AwsCredentials.AssumeRole role && role.stsEndpoint() != null) {
            StsEndpoint.requireRegion(role.stsEndpoint(), names.regions());
        }
    }
}
