package ai.hanzo.kms.secretsync.emulator;

import static ai.hanzo.kms.secretsync.emulator.Secret.CURRENT;

import ai.hanzo.kms.secretsync.emulator.Secret.Version;
import ai.hanzo.kms.secretsync.emulator.SecretStore.Partition;
import ai.hanzo.kms.secretsync.emulator.SecretStore.SecretId;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The operations on one secret: creation, values, versions, tags, deletion, rotation. */
final class SecretsManagerOperations {
    /** Deprecated versions younger than this are never removed. */
    private static final Duration VERSION_RETENTION = Duration.ofHours(24);

    private static final int MAX_STAGES = 20;
    private static final int DEFAULT_RECOVERY_DAYS = 30;

    /** One operation of the service. */
    @FunctionalInterface
    interface Operation {
        ObjectNode handle(Request request, Caller caller);
    }

    private final SecretStore store;
    private final Secrets secrets;
    private final Clock clock;
    private final KmsOperations kms;
    private final Replication replication;
    private final Map<String, Operation> operations = new HashMap<>();
    private final Permissions permissions;
    private final Authorization authorization;
    private volatile int versionQuota = 100;

    SecretsManagerOperations(
            SecretStore store,
            Clock clock,
            KmsOperations kms,
            SecretListing listing,
            Permissions permissions,
            Authorization authorization) {
        this.store = store;
        this.secrets = new Secrets(store);
        this.clock = clock;
        this.kms = kms;
        this.permissions = permissions;
        this.authorization = authorization;
        this.replication = new Replication(store, secrets, clock, this::mayCopyUnder);
        ResourcePolicies policies = new ResourcePolicies(secrets);
        operations.put("CreateSecret", this::createSecret);
        operations.put("GetSecretValue", this::getSecretValue);
        operations.put("BatchGetSecretValue", (request, caller) -> listing.batchGetSecretValue(request, caller, this));
        operations.put("DescribeSecret", this::describeSecret);
        operations.put("ListSecrets", listing::listSecrets);
        operations.put("ListSecretVersionIds", listing::listSecretVersionIds);
        operations.put("PutSecretValue", this::putSecretValue);
        operations.put("UpdateSecret", this::updateSecret);
        operations.put("UpdateSecretVersionStage", this::updateSecretVersionStage);
        operations.put("DeleteSecret", this::deleteSecret);
        operations.put("RestoreSecret", this::restoreSecret);
        operations.put("TagResource", this::tagResource);
        operations.put("UntagResource", this::untagResource);
        operations.put("RotateSecret", this::rotateSecret);
        operations.put("CancelRotateSecret", this::cancelRotateSecret);
        operations.put("GetRandomPassword", (request, caller) -> RandomPasswords.generate(request));
        operations.put("GetResourcePolicy", policies::get);
        operations.put("PutResourcePolicy", policies::put);
        operations.put("DeleteResourcePolicy", policies::delete);
        operations.put("ValidateResourcePolicy", policies::validate);
        operations.put("ReplicateSecretToRegions", replication::replicate);
        operations.put("RemoveRegionsFromReplication", replication::remove);
        operations.put("StopReplicationToReplica", replication::stop);
    }

    /** How many deprecated versions of the last 24 hours a secret may have. AWS's number is about 100. */
    void versionQuota(int versions) {
        versionQuota = versions;
    }

    boolean knows(String operation) {
        return operations.containsKey(operation);
    }

    ObjectNode handle(String operation, JsonNode json, Caller caller) {
        Request request = new Request(json);
        authorization.check(operation, request, caller);
        return operations.get(operation).handle(request, caller);
    }

    private ObjectNode createSecret(Request request, Caller caller) {
        String token = request.clientRequestToken();
        String name = request.newName();
        SecretValue value = request.value();
        String description = request.description();
        var tags = request.tags();
        if (!tags.isEmpty()) {
            permissions.check(caller, "TagResource", name);
        }
        String key = usableKey(request, caller);
        List<JsonNode> replicas = request.list("AddReplicaRegions", 1, Integer.MAX_VALUE);
        if (replicas != null) {
            permissions.check(caller, "ReplicateSecretToRegions", name);
        }
        Instant now = clock.instant();
        AtomicReference<Version> written = new AtomicReference<>();
        Secret created = partition(caller).change(name, existing -> {
            if (existing != null) {
                written.set(sameCreation(existing, token, value));
                return existing;
            }
            Secret.Draft draft = new Secret.Draft(
                    caller.account(), caller.region(), name, Arns.secret(caller.account(), caller.region(), name), now);
            draft.description = description;
            draft.kmsKeyId = key;
            draft.tags = tags;
            draft.type = request.text("Type", 0, 256);
            if (value != null) {
                addVersion(draft, token, value, List.of(CURRENT), now);
                written.set(draft.versions.get(0));
            }
            return draft.build();
        });
        ObjectNode answer = named(created);
        if (written.get() != null) {
            answer.put("VersionId", written.get().id());
        }
        if (replicas != null) {
            Secret primary = replication.add(created, replicas, request.flag("ForceOverwriteReplicaSecret"), caller);
            answer.set("ReplicationStatus", Replication.status(primary));
        }
        return answer;
    }

    private static Version sameCreation(Secret existing, String token, SecretValue value) {
        if (existing.isDeleted()) {
            throw AwsException.invalidRequest(
                    "You can't create this secret because a secret with this name is already scheduled for deletion.");
        }
        Version version = existing.version(token)
                .filter(found -> value != null)
                .orElseThrow(() -> AwsException.secretExists(existing.name()));
        checkSame(existing, version, value);
        return version;
    }

    private static void checkSame(Secret secret, Version version, SecretValue value) {
        if (!version.value().equals(value)) {
            throw new AwsException(
                    "ResourceExistsException",
                    "You can't use ClientRequestToken " + version.id()
                            + " because that value is already in use for a version of secret " + secret.arn() + ".");
        }
    }

    private ObjectNode getSecretValue(Request request, Caller caller) {
        String versionId = request.text("VersionId", 32, 64);
        String stage = request.text("VersionStage", 1, 256);
        return valueOf(request.secretId(), versionId, stage, caller);
    }

    /** The current value of one of the secrets of {@code BatchGetSecretValue}. */
    ObjectNode valueOf(SecretId id, Caller caller) {
        permissions.check(caller, "GetSecretValue", id.name());
        authorization.checkRead(id, caller);
        return valueOf(id, null, null, caller);
    }

    private ObjectNode valueOf(SecretId id, String versionId, String stage, Caller caller) {
        Secret secret = secrets.require(id, caller);
        if (secret.isDeleted()) {
            throw AwsException.markedForDeletion();
        }
        String label = stage == null ? CURRENT : stage;
        Version version;
        if (versionId != null) {
            version =
                    secret.version(versionId).orElseThrow(() -> AwsException.valueNotFound("VersionId: " + versionId));
            if (stage != null && !version.stages().contains(stage)) {
                throw AwsException.invalidRequest(
                        "You provided a VersionStage that is not associated to the provided VersionId.");
            }
        } else {
            version = secret.versionWithStage(label)
                    .orElseThrow(() -> AwsException.valueNotFound("staging label: " + label));
        }
        checkReadable(version, secret, caller);
        Instant day = clock.instant().truncatedTo(ChronoUnit.DAYS);
        if (!day.equals(version.lastAccessedDate()) || !day.equals(secret.lastAccessedDate())) {
            partition(caller)
                    .correct(
                            secret.name(),
                            found -> found.with(draft -> {
                                draft.lastAccessedDate = day;
                                draft.versions.replaceAll(
                                        each -> each.id().equals(version.id()) ? each.accessed(day) : each);
                            }));
        }
        ObjectNode answer = named(secret).put("VersionId", version.id());
        if (version.value() instanceof SecretValue.Text text) {
            answer.put("SecretString", text.string());
        } else if (version.value() instanceof SecretValue.Binary binary) {
            answer.put("SecretBinary", binary.base64());
        }
        ArrayNode stages = answer.putArray("VersionStages");
        version.stages().forEach(stages::add);
        return Json.date(answer, "CreatedDate", version.createdDate());
    }

    private ObjectNode describeSecret(Request request, Caller caller) {
        Secret secret = secrets.require(request.secretId(), caller);
        ObjectNode answer = SecretListing.entry(secret);
        if (secret.kmsKeyId() != null) {
            answer.put("KmsKeyId", secret.kmsKeyId());
        }
        ObjectNode stages = SecretListing.versionsToStages(secret);
        if (!stages.isEmpty()) {
            answer.set("VersionIdsToStages", stages);
        }
        if (!secret.replicas().isEmpty()) {
            answer.put("PrimaryRegion", secret.region());
            answer.set("ReplicationStatus", Replication.status(secret));
        }
        return answer;
    }

    private ObjectNode putSecretValue(Request request, Caller caller) {
        SecretId id = request.secretId();
        String token = request.clientRequestToken();
        SecretValue value = request.value();
        List<String> stages = request.stages();
        if (value == null) {
            throw AwsException.invalidRequest("You must provide either SecretString or SecretBinary.");
        }
        Instant now = clock.instant();
        Secret changed = secrets.write(id, caller, secret -> {
            Version same = secret.version(token).orElse(null);
            if (same != null) {
                checkSame(secret, same, value);
                return secret;
            }
            checkKey(secret, caller);
            return secret.with(draft -> {
                addVersion(draft, token, value, stages == null ? List.of(CURRENT) : stages, now);
                draft.lastChangedDate = now;
            });
        });
        replication.propagate(changed);
        ObjectNode answer = named(changed).put("VersionId", token);
        ArrayNode labels = answer.putArray("VersionStages");
        changed.version(token).ifPresent(version -> version.stages().forEach(labels::add));
        return answer;
    }

    private void addVersion(Secret.Draft draft, String id, SecretValue value, List<String> stages, Instant now) {
        boolean first = draft.versions.isEmpty();
        draft.addVersion(id, value, now);
        for (String stage : new TreeSet<>(stages)) {
            if (stage.equals(CURRENT)) {
                draft.moveCurrent(id);
            } else {
                draft.moveLabel(stage, id);
            }
        }
        if (first) {
            draft.moveCurrent(id);
        }
        prune(draft, now);
    }

    private void prune(Secret.Draft draft, Instant now) {
        Predicate<Version> deprecated = version -> version.stages().isEmpty();
        long excess = draft.versions.stream().filter(deprecated).count() - versionQuota;
        while (excess > 0) {
            Version oldest =
                    draft.versions.stream().filter(deprecated).findFirst().orElseThrow();
            if (oldest.createdDate().isAfter(now.minus(VERSION_RETENTION))) {
                throw new AwsException(
                        "LimitExceededException",
                        "You've exceeded the maximum number of versions that a secret can have.");
            }
            draft.versions.remove(oldest);
            excess--;
        }
    }

    private ObjectNode updateSecret(Request request, Caller caller) {
        SecretId id = request.secretId();
        String token = request.clientRequestToken();
        SecretValue value = request.value();
        String description = request.description();
        String key = usableKey(request, caller);
        Instant now = clock.instant();
        Secret changed = secrets.write(id, caller, secret -> {
            Version same = value == null ? null : secret.version(token).orElse(null);
            if (same != null) {
                checkSame(secret, same, value);
            } else if (value != null && !request.has("KmsKeyId")) {
                checkKey(secret, caller);
            }
            boolean encryptsAnew = request.has("KmsKeyId") && encryptsAnew(secret, key, caller);
            return secret.with(draft -> {
                if (description != null) {
                    draft.description = description;
                }
                if (request.has("KmsKeyId")) {
                    draft.kmsKeyId = key;
                    draft.versions.replaceAll(
                            version -> version.stages().isEmpty() || !encryptsAnew ? version : version.withKey(key));
                }
                if (request.has("Type")) {
                    draft.type = request.text("Type", 0, 256);
                }
                if (value != null && same == null) {
                    addVersion(draft, token, value, List.of(CURRENT), now);
                }
                if (same == null || description != null || request.has("KmsKeyId")) {
                    draft.lastChangedDate = now;
                }
            });
        });
        replication.propagate(changed);
        ObjectNode answer = named(changed);
        return value == null ? answer : answer.put("VersionId", token);
    }

    private ObjectNode updateSecretVersionStage(Request request, Caller caller) {
        SecretId id = request.secretId();
        String stage = request.text("VersionStage", 1, 256);
        String from = request.text("RemoveFromVersionId", 32, 64);
        String to = request.text("MoveToVersionId", 32, 64);
        if (stage == null) {
            throw Request.missing("VersionStage");
        }
        if (from == null && to == null) {
            throw AwsException.invalidParameter(
                    "You must specify either RemoveFromVersionId or MoveToVersionId, or both.");
        }
        Instant now = clock.instant();
        Secret changed = secrets.write(id, caller, secret -> {
            checkMove(secret, stage, from, to);
            return secret.with(draft -> {
                if (stage.equals(CURRENT)) {
                    draft.moveCurrent(to);
                } else {
                    draft.moveLabel(stage, to);
                }
                prune(draft, now);
                draft.lastChangedDate = now;
            });
        });
        replication.propagate(changed);
        return named(changed);
    }

    private static void checkMove(Secret secret, String stage, String from, String to) {
        for (String version : new String[] {from, to}) {
            if (version != null && secret.version(version).isEmpty()) {
                throw AwsException.valueNotFound("VersionId: " + version);
            }
        }
        String holder = secret.versionWithStage(stage).map(Version::id).orElse(null);
        if (to == null && stage.equals(CURRENT)) {
            throw AwsException.invalidParameter("You can only move staging label AWSCURRENT to a different secret"
                    + " version. It can't be completely removed.");
        }
        if (from == null && holder != null && !holder.equals(to)) {
            throw AwsException.invalidParameter("The parameter RemoveFromVersionId can't be empty. Staging label "
                    + stage + " is currently attached to version " + holder
                    + ", so you must explicitly reference that version in RemoveFromVersionId.");
        }
        if (from != null && !from.equals(holder)) {
            throw AwsException.invalidParameter(
                    "Staging label " + stage + " is not currently attached to version " + from + ".");
        }
        if (to != null
                && !to.equals(holder)
                && secret.version(to).orElseThrow().stages().size() >= MAX_STAGES) {
            throw new AwsException(
                    "LimitExceededException", "A version can have at most " + MAX_STAGES + " staging labels.");
        }
    }

    private ObjectNode deleteSecret(Request request, Caller caller) {
        SecretId id = request.secretId();
        boolean force = request.flag("ForceDeleteWithoutRecovery");
        Integer window = request.number("RecoveryWindowInDays", Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (force && window != null) {
            throw AwsException.invalidParameter(
                    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        }
        if (window != null && (window < 7 || window > 30)) {
            throw AwsException.invalidParameter(
                    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
        }
        Instant now = clock.instant();
        Secret found = secrets.find(id, caller);
        if (found == null && force) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            String arn = id.arn() != null ? id.arn() : Arns.secret(caller.account(), caller.region(), id.name());
            return Json.date(answer.put("ARN", arn).put("Name", id.likelyName()), "DeletionDate", now);
        }
        if (found == null) {
            throw AwsException.secretNotFound();
        }
        Instant due = force || found.isReplica()
                ? now
                : now.plus(Duration.ofDays(window == null ? DEFAULT_RECOVERY_DAYS : window));
        partition(caller).change(found.name(), secret -> {
            if (secret == null) {
                throw AwsException.secretNotFound();
            }
            Secrets.refuseServiceOwned(secret);
            if (!secret.replicas().isEmpty()) {
                throw AwsException.invalidRequest("You can't delete secret " + secret.name()
                        + " that still has replica regions "
                        + String.join(
                                ", ",
                                secret.replicas().stream()
                                        .map(Secret.Replica::region)
                                        .toList()));
            }
            if (force || secret.isReplica()) {
                return null;
            }
            if (secret.isDeleted()) {
                throw AwsException.invalidRequest(
                        "You tried to perform the operation on a secret that's currently marked deleted.");
            }
            return secret.with(draft -> {
                draft.deletedDate = now;
                draft.purgeDate = due;
                draft.lastChangedDate = now;
            });
        });
        replication.forget(found);
        return Json.date(named(found), "DeletionDate", due);
    }

    private ObjectNode restoreSecret(Request request, Caller caller) {
        Secret found = secrets.require(request.secretId(), caller);
        Instant now = clock.instant();
        partition(caller).change(found.name(), secret -> {
            if (secret == null) {
                throw AwsException.secretNotFound();
            }
            return !secret.isDeleted()
                    ? secret
                    : secret.with(draft -> {
                        draft.deletedDate = null;
                        draft.purgeDate = null;
                        draft.lastChangedDate = now;
                    });
        });
        return named(found);
    }

    private ObjectNode tagResource(Request request, Caller caller) {
        if (!request.has("Tags")) {
            throw Request.missing("Tags");
        }
        var tags = request.tags();
        changeTags(request, caller, draft -> {
            draft.tags.putAll(tags);
            Request.checkTagCount((int) draft.tags.keySet().stream()
                    .filter(key -> !key.startsWith("aws:"))
                    .count());
        });
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode untagResource(Request request, Caller caller) {
        List<String> keys = request.texts("TagKeys", 0, Integer.MAX_VALUE);
        if (keys == null) {
            throw Request.missing("TagKeys");
        }
        keys.forEach(Request::checkTagKey);
        changeTags(request, caller, draft -> draft.tags.keySet().removeAll(keys));
        return JsonNodeFactory.instance.objectNode();
    }

    private void changeTags(Request request, Caller caller, Consumer<Secret.Draft> change) {
        Instant now = clock.instant();
        Secret found = secrets.require(request.secretId(), caller);
        Secret changed = partition(caller)
                .change(
                        found.name(),
                        Secrets.active(secret -> secret.with(draft -> {
                            change.accept(draft);
                            draft.lastChangedDate = now;
                        })));
        replication.propagate(changed);
    }

    private ObjectNode rotateSecret(Request request, Caller caller) {
        String token = request.text("ClientRequestToken");
        if (token == null) {
            throw AwsException.invalidParameter(
                    "You must provide a ClientRequestToken value. We recommend a UUID-type value.");
        }
        Request.checkToken(token);
        String lambda = request.text("RotationLambdaARN", 0, 2048);
        Secret changed = secrets.write(request.secretId(), caller, secret -> {
            if (lambda == null && secret.rotationLambdaArn() == null) {
                throw AwsException.invalidRequest("No Lambda rotation function ARN is associated with this secret.");
            }
            return secret.with(draft -> {
                draft.rotationEnabled = true;
                draft.rotationLambdaArn = lambda == null ? secret.rotationLambdaArn() : lambda;
                if (request.has("RotationRules")) {
                    draft.rotationRules = Json.map(request.json().get("RotationRules"));
                }
                draft.lastChangedDate = clock.instant();
            });
        });
        return named(changed).put("VersionId", token);
    }

    private ObjectNode cancelRotateSecret(Request request, Caller caller) {
        Secret changed = secrets.write(request.secretId(), caller, secret -> {
            if (secret.rotationLambdaArn() == null) {
                throw AwsException.invalidRequest("You tried to cancel the rotation of a secret that has no Lambda"
                        + " rotation function ARN associated with it.");
            }
            return secret.with(draft -> {
                draft.rotationEnabled = false;
                draft.lastChangedDate = clock.instant();
            });
        });
        return named(changed);
    }

    /** The key that the request names, null for the default key. Null too when it names none. */
    private String usableKey(Request request, Caller caller) {
        String keyId = request.text("KmsKeyId", 0, 2048);
        if (keyId == null || keyId.isEmpty()) {
            return null;
        }
        KmsOperations.Key key = kms.resolve(caller.account(), caller.region(), keyId)
                .filter(KmsOperations.Key::enabled)
                .orElseThrow(SecretsManagerOperations::encryptionFailure);
        requireUse(key, caller, "GenerateDataKey", "Decrypt");
        return key.awsManaged() ? null : keyId;
    }

    private void checkKey(Secret secret, Caller caller) {
        if (secret.kmsKeyId() != null) {
            KmsOperations.Key key = kms.resolve(secret.account(), secret.region(), secret.kmsKeyId())
                    .filter(KmsOperations.Key::enabled)
                    .orElseThrow(SecretsManagerOperations::encryptionFailure);
            requireUse(key, caller, "GenerateDataKey", "Decrypt");
        }
    }

    /**
     * Whether the labelled versions get the new key. Where the caller may not decrypt with the old key or not encrypt with the
     * new one, they stay as they are, and the call succeeds (UpdateSecret in the API reference).
     */
    private boolean encryptsAnew(Secret secret, String newKey, Caller caller) {
        return mayUse(secret.kmsKeyId(), caller, "Decrypt") & mayUse(newKey, caller, "Encrypt");
    }

    private boolean mayUse(String keyId, Caller caller, String action) {
        return keyId == null
                || kms.resolve(caller.account(), caller.region(), keyId)
                        .map(key -> authorization.mayUse(key, kms.aliasesOf(key), caller, action))
                        .orElse(false);
    }

    /** Whether a copy in another region can be encrypted: its key is one of that region, and the caller may use it there. */
    private boolean mayCopyUnder(String keyId, String region, Caller caller) {
        Caller there = new Caller(caller.principal(), region);
        return keyId == null
                || kms.resolve(caller.account(), region, keyId)
                        .filter(KmsOperations.Key::enabled)
                        .map(key -> authorization.mayUse(
                                key, kms.aliasesOf(key), there, "GenerateDataKey", "Decrypt", "Encrypt"))
                        .orElse(false);
    }

    private void requireUse(KmsOperations.Key key, Caller caller, String... actions) {
        if (!authorization.mayUse(key, kms.aliasesOf(key), caller, actions)) {
            throw new AwsException("AccessDeniedException", "Access to KMS is not allowed");
        }
    }

    private void checkReadable(Version version, Secret secret, Caller caller) {
        if (version.kmsKeyId() == null) {
            return;
        }
        KmsOperations.Key key = kms.resolve(secret.account(), secret.region(), version.kmsKeyId())
                .filter(KmsOperations.Key::enabled)
                .orElse(null);
        if (key == null) {
            throw new AwsException("DecryptionFailure", Fault.Kind.DECRYPTION_FAILURE.message);
        }
        requireUse(key, caller, "Decrypt");
    }

    private static AwsException encryptionFailure() {
        return new AwsException("EncryptionFailure", Fault.Kind.ENCRYPTION_FAILURE.message);
    }

    private Partition partition(Caller caller) {
        return store.partition(caller.account(), caller.region());
    }

    static ObjectNode named(Secret secret) {
        return JsonNodeFactory.instance.objectNode().put("ARN", secret.arn()).put("Name", secret.name());
    }

    /** Finding secrets for a caller, and the rules that all changes share. */
    static final class Secrets {
        private final SecretStore store;

        Secrets(SecretStore store) {
            this.store = store;
        }

        /** Null when the caller's account and region have no such secret. */
        Secret find(SecretId id, Caller caller) {
            if (id.arn() != null) {
                String[] parts = id.arn().split(":", 6);
                if (!parts[4].equals(caller.account())) {
                    throw new AwsException(
                            "AccessDeniedException",
                            "User: " + caller.principal().arn() + " is not authorized to perform this operation on"
                                    + " resource: " + id.arn() + " because no resource-based policy allows it");
                }
                if (!parts[3].equals(caller.region())) {
                    return null;
                }
            }
            return store.partition(caller.account(), caller.region()).find(id);
        }

        Secret require(SecretId id, Caller caller) {
            Secret secret = find(id, caller);
            if (secret == null) {
                throw AwsException.secretNotFound();
            }
            return secret;
        }

        /** Changes a secret that is active, no replica, and no other service's. */
        Secret write(SecretId id, Caller caller, UnaryOperator<Secret> change) {
            Secret found = require(id, caller);
            return store.partition(caller.account(), caller.region()).change(found.name(), active(secret -> {
                refuseServiceOwned(secret);
                if (secret.isReplica()) {
                    throw AwsException.invalidRequest(
                            "Operation not permitted on a replica secret. Call must be made in primary"
                                    + " secret's region.");
                }
                return change.apply(secret);
            }));
        }

        static UnaryOperator<Secret> active(UnaryOperator<Secret> change) {
            return secret -> {
                if (secret == null) {
                    throw AwsException.secretNotFound();
                }
                if (secret.isDeleted()) {
                    throw AwsException.markedForDeletion();
                }
                return change.apply(secret);
            };
        }

        static void refuseServiceOwned(Secret secret) {
            if (secret.owningService() != null) {
                throw AwsException.invalidRequest(
                        "The secret is managed by another service, and you must use that" + " service to update it.");
            }
        }
    }
}
