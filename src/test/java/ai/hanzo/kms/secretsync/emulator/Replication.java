package ai.hanzo.kms.secretsync.emulator;

import ai.hanzo.kms.secretsync.emulator.Secret.Replica;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replicas in other regions of the account. They follow their primary before its answer is sent. */
final class Replication {
    private static final String IN_SYNC = "InSync";

    private final SecretStore store;
    private final SecretsManagerOperations.Secrets secrets;
    private final Clock clock;

    private final Keys keys;

    /** Whether a copy in a region can be encrypted with a key. */
    @FunctionalInterface
    interface Keys {
        boolean usable(String keyId, String region, Caller caller);
    }

    Replication(SecretStore store, SecretsManagerOperations.Secrets secrets, Clock clock, Keys keys) {
        this.keys = keys;
        this.store = store;
        this.secrets = secrets;
        this.clock = clock;
    }

    ObjectNode replicate(Request request, Caller caller) {
        List<JsonNode> regions = request.list("AddReplicaRegions", 1, Integer.MAX_VALUE);
        if (regions == null) {
            throw Request.missing("AddReplicaRegions");
        }
        Secret primary = secrets.write(request.secretId(), caller, secret -> secret);
        return answer(add(primary, regions, request.flag("ForceOverwriteReplicaSecret"), caller));
    }

    /**
     * Copies {@code secret} to the regions. A region where the name is taken fails unless {@code overwrite}, and so does one whose
     * key cannot be used.
     */
    Secret add(Secret secret, List<JsonNode> regions, boolean overwrite, Caller caller) {
        Map<String, Replica> replicas = new LinkedHashMap<>();
        for (JsonNode node : regions) {
            Request replica = new Request(node);
            String region = replica.text("Region", 1, 128);
            if (region == null) {
                throw Request.missing("Region");
            }
            Request.checkRegion(region);
            if (region.equals(secret.region())) {
                throw AwsException.invalidParameter("Invalid replica region " + region + ": it is the primary's.");
            }
            String key = replica.text("KmsKeyId", 0, 2048);
            Secret there = store.partition(secret.account(), region).get(secret.name());
            boolean taken = there != null
                    && !(there.isReplica() && there.primaryRegion().equals(secret.region()));
            boolean encrypted = keys.usable(key, region, caller);
            boolean copied = encrypted && (!taken || overwrite);
            String why = encrypted
                    ? "Replication failed: Secret name already exists in region " + region + "."
                    : "Replication failed: The KMS key cannot be used in region " + region + ".";
            replicas.put(region, new Replica(region, key, copied ? IN_SYNC : "Failed", copied ? null : why));
        }
        Secret changed = store.partition(secret.account(), secret.region())
                .change(
                        secret.name(),
                        before -> before.with(draft -> {
                            draft.replicas.removeIf(each -> replicas.containsKey(each.region()));
                            draft.replicas.addAll(replicas.values());
                            draft.lastChangedDate = clock.instant();
                        }));
        propagate(changed);
        return changed;
    }

    ObjectNode remove(Request request, Caller caller) {
        List<String> regions = request.texts("RemoveReplicaRegions", 1, Integer.MAX_VALUE);
        if (regions == null) {
            throw Request.missing("RemoveReplicaRegions");
        }
        List<String> removed = new ArrayList<>();
        Secret changed = secrets.write(
                request.secretId(),
                caller,
                secret -> secret.with(draft -> {
                    draft.replicas.stream()
                            .filter(replica -> regions.contains(replica.region())
                                    && replica.status().equals(IN_SYNC))
                            .forEach(replica -> removed.add(replica.region()));
                    draft.replicas.removeIf(replica -> regions.contains(replica.region()));
                    draft.lastChangedDate = clock.instant();
                }));
        removed.forEach(region -> store.partition(changed.account(), region)
                .change(changed.name(), copy -> isCopy(copy, changed) ? null : copy));
        return answer(changed);
    }

    ObjectNode stop(Request request, Caller caller) {
        Secret replica = secrets.require(request.secretId(), caller);
        if (!replica.isReplica()) {
            throw AwsException.invalidRequest("The secret " + replica.name() + " is not a replica.");
        }
        Secret promoted = store.partition(caller.account(), caller.region())
                .change(replica.name(), secret -> secret.with(draft -> draft.primaryRegion = null));
        forget(replica);
        return JsonNodeFactory.instance.objectNode().put("ARN", promoted.arn());
    }

    /** Makes the primary forget a replica that is gone or on its own. */
    void forget(Secret replica) {
        if (replica.isReplica()) {
            store.partition(replica.account(), replica.primaryRegion())
                    .change(
                            replica.name(),
                            primary -> primary == null
                                    ? null
                                    : primary.with(draft -> draft.replicas.removeIf(
                                            each -> each.region().equals(replica.region()))));
        }
    }

    /** Brings the replicas of {@code primary} to its state. */
    void propagate(Secret primary) {
        for (Replica replica : primary.replicas()) {
            if (replica.status().equals(IN_SYNC)) {
                store.partition(primary.account(), replica.region())
                        .change(primary.name(), before -> copy(primary, replica, before));
            }
        }
    }

    private static Secret copy(Secret primary, Replica replica, Secret before) {
        Secret.Draft copy = new Secret.Draft(
                primary.account(),
                replica.region(),
                primary.name(),
                Arns.inRegion(primary.arn(), replica.region()),
                before == null ? primary.lastChangedDate() : before.createdDate());
        copy.description = primary.description();
        copy.kmsKeyId = replica.kmsKeyId();
        copy.tags.putAll(primary.tags());
        copy.lastChangedDate = primary.lastChangedDate();
        copy.lastAccessedDate = before == null ? null : before.lastAccessedDate();
        copy.primaryRegion = primary.region();
        primary.versions().forEach(version -> copy.versions.add(version.withKey(replica.kmsKeyId())));
        return copy.build();
    }

    private static boolean isCopy(Secret copy, Secret primary) {
        return copy != null && primary.region().equals(copy.primaryRegion());
    }

    private static ObjectNode answer(Secret primary) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("ARN", primary.arn());
        answer.set("ReplicationStatus", status(primary));
        return answer;
    }

    static ArrayNode status(Secret primary) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Replica replica : primary.replicas()) {
            ObjectNode entry = list.addObject().put("Region", replica.region()).put("Status", replica.status());
            entry.put("KmsKeyId", replica.kmsKeyId() == null ? KmsOperations.DEFAULT_ALIAS : replica.kmsKeyId());
            if (replica.statusMessage() != null) {
                entry.put("StatusMessage", replica.statusMessage());
            }
        }
        return list;
    }
}
