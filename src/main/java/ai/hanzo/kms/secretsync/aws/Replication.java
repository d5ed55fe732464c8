package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.Replica;
import ai.hanzo.kms.secretsync.sync.ReplicaRegion;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;
import software.amazon.awssdk.services.secretsmanager.model.ReplicationStatusType;
import software.amazon.awssdk.services.secretsmanager.model.StatusType;

/**
 * Changes to which regions AWS copies a secret that exists; Camel's component cannot remove any. Never overwrites what is in the
 * other region: a name that is taken there is a failure.
 */
@Component
public class Replication {
    private final AwsClients clients;

    Replication(AwsClients clients) {
        this.clients = clients;
    }

    /**
     * In at most one call each, first removes replicas and then asks for replicas.
     *
     * @param fresh the secret as it is now: what is not there any more need not be removed
     * @return the replicas as AWS answered: one that is asked for is usually still on its way
     */
    public Map<String, Replica> replicate(
            UUID connectionId, String region, Change.Replicate change, DestinationSecret fresh) {
        SecretsManagerClient client = clients.secretsManager(connectionId, region);
        Map<String, Replica> replicas = fresh == null || fresh.replicas() == null ? Map.of() : fresh.replicas();
        Set<String> remove = new TreeSet<>(change.remove());
        remove.retainAll(replicas.keySet());
        if (!remove.isEmpty()) {
            replicas = seen(client.removeRegionsFromReplication(
                            request -> request.secretId(change.current().arn()).removeReplicaRegions(remove))
                    .replicationStatus());
        }
        if (!change.add().isEmpty()) {
            replicas = seen(client.replicateSecretToRegions(request ->
                            request.secretId(change.current().arn()).addReplicaRegions(regions(change.add())))
                    .replicationStatus());
        }
        return replicas;
    }

    /** Removes all replicas, for AWS deletes no secret that has any. */
    public void withdraw(UUID connectionId, String region, DestinationSecret fresh) {
        clients.secretsManager(connectionId, region)
                .removeRegionsFromReplication(request -> request.secretId(fresh.arn())
                        .removeReplicaRegions(fresh.replicas().keySet()));
    }

    /** Replicas by region, as an answer of AWS tells of them. */
    public Map<String, Replica> seen(List<ReplicationStatusType> statuses) {
        return replicas(statuses);
    }

    /**
     * @param replicas as AWS has just answered
     * @param before the secret as it was before that, null where it is new
     * @throws ReplicationFailedException where AWS says at once that it cannot copy a secret to some region, or had said so
     *     before and has not yet been seen to do better
     */
    public void requireNoneFailed(Map<String, Replica> replicas, DestinationSecret before) {
        Map<String, Replica> earlier = before == null || before.replicas() == null ? Map.of() : before.replicas();
        Map<String, String> failed = new TreeMap<>();
        replicas.forEach((region, replica) -> {
            Replica last = earlier.get(region);
            if (replica.failed()) {
                failed.put(region, replica.message());
            } else if (replica.status() == Replica.Status.IN_PROGRESS && last != null && last.failed()) {
                failed.put(region, last.message());
            }
        });
        if (!failed.isEmpty()) {
            throw new ReplicationFailedException(failed);
        }
    }

    static List<ReplicaRegionType> regions(List<ReplicaRegion> wanted) {
        return wanted.stream()
                .map(replica -> ReplicaRegionType.builder()
                        .region(replica.region())
                        .kmsKeyId(replica.keyId())
                        .build())
                .toList();
    }

    static Map<String, Replica> replicas(List<ReplicationStatusType> statuses) {
        return statuses.isEmpty()
                ? Collections.emptyMap()
                : statuses.stream()
                        .collect(Collectors.toMap(
                                ReplicationStatusType::region,
                                status -> new Replica(
                                        status(status.status()), status.kmsKeyId(), status.statusMessage())));
    }

    private static Replica.Status status(StatusType status) {
        if (status == StatusType.IN_SYNC) {
            return Replica.Status.IN_SYNC;
        }
        return status == StatusType.FAILED ? Replica.Status.FAILED : Replica.Status.IN_PROGRESS;
    }
}
