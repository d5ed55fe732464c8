package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.IamPolicy;
import ai.hanzo.kms.secretsync.sync.LeastPrivilege;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.ReplicaRegion;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * Finds out which permissions a connection lacks, and changes nothing: it asks for a secret that there cannot be. AWS decides
 * whether a caller may before it looks whether there is anything, so that whoever may is told that there is none.
 *
 * <p>Not with {@code iam:SimulatePrincipalPolicy}: the policy that we ask for does not allow it, and it does not see all that
 * decides a call.
 */
@Component("permissionProbe")
public class PermissionProbe {
    /** A tag that no secret has. */
    private static final String PROBE_TAG = "hanzo-kms:permission-check";

    private static final String ANY_REGION = "us-east-1";

    private final AwsClients clients;
    private final AwsIdentities identities;
    private final CallerIdentity callerIdentity;
    private final AwsErrors errors;
    private final AwsProperties properties;

    PermissionProbe(
            AwsClients clients,
            AwsIdentities identities,
            CallerIdentity callerIdentity,
            AwsErrors errors,
            AwsProperties properties) {
        this.clients = clients;
        this.identities = identities;
        this.callerIdentity = callerIdentity;
        this.errors = errors;
        this.properties = properties;
    }

    /** Who a connection is. That it does not work is an answer, and no failure. */
    public CheckedIdentity identity(UUID connectionId) {
        try {
            CallerIdentity.Caller caller =
                    callerIdentity.identify(identities.resolve(connectionId).identity());
            return new CheckedIdentity(caller.accountId(), caller.arn(), null);
        } catch (Rejection e) {
            return new CheckedIdentity(null, null, e.getMessage());
        }
    }

    /** Tries every action that a policy allows, with the connection of the sync. */
    public List<CheckedPermission> probe(SecretSync sync, LeastPrivilege privilege) {
        SecretsManagerClient client = clients.secretsManager(
                sync.destination().connectionId(), sync.destination().region());
        Map<String, Consumer<SecretsManagerClient>> probes = probes(
                privilege.absentArn(),
                Objects.requireNonNullElse(sync.options().replicaRegions(), List.of()),
                sync.options().policy() == null ? "" : sync.options().policy().text());
        List<CheckedPermission> checked = new ArrayList<>();
        for (IamPolicy.Statement statement : privilege.policy().statements()) {
            if (!statement.allows()) {
                continue;
            }
            boolean everywhere = statement.resources().contains("*");
            for (String action : statement.actions()) {
                // Names of former settings are not those of the secret that there cannot be.
                Consumer<SecretsManagerClient> probe =
                        statement.sid().contains(LeastPrivilege.MOVED) ? null : probes.get(action);
                if (action.equals(LeastPrivilege.TAG) && statement.actions().contains(LeastPrivilege.CREATE)) {
                    probe = tagging(
                            privilege.absentArn(), Tags.OWNER_TAG, sync.id().toString());
                }
                Verdict verdict = probe == null ? untried(action) : tried(client, probe);
                checked.add(new CheckedPermission(
                        action,
                        statement.sid(),
                        probe == null || everywhere ? statement.resources().get(0) : privilege.absentArn(),
                        verdict.status(),
                        verdict.message()));
            }
        }
        return checked;
    }

    private Map<String, Consumer<SecretsManagerClient>> probes(
            String absent, List<ReplicaRegion> replicas, String policy) {
        Map<String, Consumer<SecretsManagerClient>> probes = new HashMap<>();
        probes.put(
                LeastPrivilege.REPLICATE,
                // Any region but the wanted ones would be refused for that.
                client -> client.replicateSecretToRegions(
                        request -> request.secretId(absent).addReplicaRegions(Replication.regions(replicas))));
        probes.put(
                LeastPrivilege.UNREPLICATE,
                client -> client.removeRegionsFromReplication(request -> request.secretId(absent)
                        .removeReplicaRegions(replicas.stream()
                                .map(ReplicaRegion::region)
                                .findFirst()
                                .orElse(ANY_REGION))));
        probes.put(LeastPrivilege.GET_POLICY, client -> client.getResourcePolicy(request -> request.secretId(absent)));
        probes.put(
                LeastPrivilege.DELETE_POLICY,
                client -> client.deleteResourcePolicy(request -> request.secretId(absent)));
        probes.put(
                LeastPrivilege.PUT_POLICY,
                client -> client.putResourcePolicy(request ->
                        request.secretId(absent).resourcePolicy(policy).blockPublicPolicy(true)));
        probes.put(
                LeastPrivilege.VALIDATE_POLICY,
                client -> client.validateResourcePolicy(request -> request.resourcePolicy(policy)));
        probes.putAll(Map.of(
                LeastPrivilege.LIST,
                client -> client.listSecrets(request -> request.maxResults(1)),
                LeastPrivilege.BATCH,
                client -> client.batchGetSecretValue(request -> request.secretIdList(absent)),
                LeastPrivilege.DESCRIBE,
                client -> client.describeSecret(request -> request.secretId(absent)),
                LeastPrivilege.READ,
                client -> client.getSecretValue(request -> request.secretId(absent)),
                LeastPrivilege.UPDATE,
                client -> client.updateSecret(request -> request.secretId(absent)),
                LeastPrivilege.RESTORE,
                client -> client.restoreSecret(request -> request.secretId(absent)),
                LeastPrivilege.DELETE,
                client -> client.deleteSecret(request ->
                        request.secretId(absent).recoveryWindowInDays((long) properties.recoveryWindowDays())),
                LeastPrivilege.TAG,
                tagging(absent, PROBE_TAG, ""),
                LeastPrivilege.UNTAG,
                client ->
                        client.untagResource(request -> request.secretId(absent).tagKeys(PROBE_TAG))));
        return probes;
    }

    private static Consumer<SecretsManagerClient> tagging(String absent, String key, String value) {
        return client -> client.tagResource(request -> request.secretId(absent)
                .tags(Tag.builder().key(key).value(value).build()));
    }

    private record Verdict(CheckedPermission.Status status, String message) {}

    private static Verdict untried(String action) {
        return new Verdict(
                CheckedPermission.Status.UNKNOWN,
                action.startsWith("kms:")
                        ? "It depends on the key and on its policy, too, and shows when a secret is written."
                        : "It cannot be tried without making a secret.");
    }

    private Verdict tried(SecretsManagerClient client, Consumer<SecretsManagerClient> probe) {
        try {
            probe.accept(client);
        } catch (ResourceNotFoundException e) {
            return new Verdict(CheckedPermission.Status.ALLOWED, null);
        } catch (SdkException e) {
            AwsFailure failure = errors.classify(e);
            boolean denied = e instanceof AwsServiceException && failure.code().startsWith("AccessDenied");
            return denied
                    ? new Verdict(CheckedPermission.Status.MISSING, failure.message() + ".")
                    : new Verdict(CheckedPermission.Status.UNKNOWN, failure.text());
        }
        return new Verdict(CheckedPermission.Status.ALLOWED, null);
    }
}
