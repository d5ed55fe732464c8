package ai.hanzo.kms.secretsync.emulator;

import ai.hanzo.kms.secretsync.emulator.IdentityPolicy.Access;
import ai.hanzo.kms.secretsync.emulator.SecretStore.SecretId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What IAM is asked about a call of Secrets Manager or KMS, for callers that have a policy: the actions, what they are about, and
 * the condition keys of AWS's Service Authorization Reference, as far as policies for this service use them.
 */
final class Authorization {
    private static final String REPLICAS = "AddReplicaRegions";
    /** They have no resource. */
    private static final Set<String> OF_THE_REGION =
            Set.of("ListSecrets", "BatchGetSecretValue", "GetRandomPassword", "ValidateResourcePolicy");

    private final SecretStore store;
    private final Permissions permissions;

    Authorization(SecretStore store, Permissions permissions) {
        this.store = store;
        this.permissions = permissions;
    }

    /** @throws AwsException AccessDeniedException */
    void check(String operation, Request request, Caller caller) {
        if (!permissions.hasPolicy(caller)) {
            return;
        }
        Map<String, List<String>> context = context(request, caller);
        if (OF_THE_REGION.contains(operation)) {
            permissions.require(caller, new Access("secretsmanager:" + operation, "*", context));
            return;
        }
        SecretId id = operation.equals("CreateSecret") ? new SecretId(request.newName(), null) : request.secretId();
        check(operation, id, context, caller);
        if (operation.equals("CreateSecret") && request.has("Tags")) {
            check("TagResource", id, context, caller);
        }
        if (operation.equals("CreateSecret") && request.has(REPLICAS)) {
            check("ReplicateSecretToRegions", id, context, caller);
        }
    }

    /** One of the values of a batch. */
    void checkRead(SecretId id, Caller caller) {
        if (permissions.hasPolicy(caller)) {
            check("GetSecretValue", id, inRegion(caller), caller);
        }
    }

    private void check(String operation, SecretId id, Map<String, List<String>> request, Caller caller) {
        Map<String, List<String>> context = new HashMap<>(request);
        Secret secret = store.partition(caller.account(), caller.region()).find(id);
        if (secret != null) {
            secret.tags().forEach((key, value) -> context.put("aws:ResourceTag/" + key, List.of(value)));
        }
        for (String resource : resources(id, secret, caller)) {
            permissions.require(caller, new Access("secretsmanager:" + operation, resource, context));
        }
    }

    /** AWS does not say whether the ARN of a free name has the six characters, so a caller must be allowed both. */
    private static List<String> resources(SecretId id, Secret secret, Caller caller) {
        if (secret != null) {
            return List.of(secret.arn());
        }
        if (id.arn() != null) {
            return List.of(id.arn());
        }
        String arn = "arn:aws:secretsmanager:" + caller.region() + ":" + caller.account() + ":secret:" + id.name();
        return List.of(arn, arn + "-AbCdEf");
    }

    private static Map<String, List<String>> context(Request request, Caller caller) {
        Map<String, List<String>> context = inRegion(caller);
        List<String> tagKeys = new ArrayList<>();
        request.tags().forEach((key, value) -> {
            tagKeys.add(key);
            context.put("aws:RequestTag/" + key, List.of(value));
        });
        if (request.has("TagKeys")) {
            tagKeys.addAll(request.texts("TagKeys", 0, Integer.MAX_VALUE));
        }
        context.put("aws:TagKeys", tagKeys);
        if (request.has(REPLICAS)) {
            context.put(
                    "secretsmanager:" + REPLICAS,
                    request.list(REPLICAS, 1, Integer.MAX_VALUE).stream()
                            .map(replica -> replica.path("Region").asText())
                            .toList());
        }
        for (String parameter : List.of("ForceDeleteWithoutRecovery", "RecoveryWindowInDays", "BlockPublicPolicy")) {
            if (request.has(parameter)) {
                context.put(
                        "secretsmanager:" + parameter,
                        List.of(request.json().get(parameter).asText()));
            }
        }
        return context;
    }

    private static Map<String, List<String>> inRegion(Caller caller) {
        return new HashMap<>(Map.of("aws:RequestedRegion", List.of(caller.region())));
    }

    /** Whether Secrets Manager may use a customer managed key for a caller. The default key is everybody's in the account. */
    boolean mayUse(KmsOperations.Key key, Set<String> aliases, Caller caller, String... actions) {
        if (key.awsManaged() || !permissions.hasPolicy(caller)) {
            return true;
        }
        Map<String, List<String>> context = inRegion(caller);
        context.put("kms:ViaService", List.of("secretsmanager." + caller.region() + ".amazonaws.com"));
        context.put("kms:ResourceAliases", List.copyOf(aliases));
        boolean may = true;
        for (String action : actions) {
            may &= permissions.permits(caller, new Access("kms:" + action, key.arn(), context));
        }
        return may;
    }

    /** A call of KMS itself. */
    void checkKms(String operation, KmsOperations.Key key, Set<String> aliases, Caller caller) {
        if (permissions.hasPolicy(caller)) {
            Map<String, List<String>> context = inRegion(caller);
            context.put("kms:ResourceAliases", List.copyOf(aliases));
            permissions.require(caller, new Access("kms:" + operation, key == null ? "*" : key.arn(), context));
        }
    }
}
