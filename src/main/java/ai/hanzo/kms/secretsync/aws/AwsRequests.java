package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.KmsKeys;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretRequest;

/**
 * Turns a change into the one request that carries it out, for Camel's component with {@code pojoRequest=true}. Calls nothing.
 *
 * <p>A secret that was seen at the destination is addressed by its ARN, so that a request never meets another secret that took
 * its name meanwhile.
 */
@Component
public class AwsRequests {
    private final AwsProperties properties;

    AwsRequests(AwsProperties properties) {
        this.properties = properties;
    }

    /** Value, tags, ownership, KMS key and replicas in one call, so that no secret ever exists without its tags. */
    public CreateSecretRequest create(SecretSync sync, Change.Create change) {
        List<Tag> tags = new ArrayList<>(tags(change.secret().tags()));
        tags.removeIf(tag -> tag.key().equals(Tags.OWNER_TAG));
        tags.add(tag(Tags.OWNER_TAG, sync.id().toString()));
        CreateSecretRequest.Builder request = CreateSecretRequest.builder()
                .name(change.name())
                .secretString(change.secret().value().reveal())
                .clientRequestToken(change.token())
                .kmsKeyId(sync.options().keyId())
                .tags(tags);
        if (sync.options().replicates()) {
            request.addReplicaRegions(Replication.regions(sync.options().replicaRegions()));
        }
        return request.build();
    }

    /**
     * The value and, where it is to change, the KMS key: for {@link Change.Update}, and for {@link Change.Restore} after
     * {@link #restore}.
     */
    public UpdateSecretRequest update(SecretSync sync, Change.Write change) {
        DestinationSecret current;
        boolean changeKmsKey;
        if (change instanceof Change.Update update) {
            current = update.current();
            changeKmsKey = update.changeKmsKey();
        } else if (change instanceof Change.Restore restore) {
            current = restore.current();
            changeKmsKey = restore.changeKmsKey();
        } else {
            throw new IllegalArgumentException("a " + change.kind() + " is not an update");
        }
        return UpdateSecretRequest.builder()
                .secretId(id(current))
                .secretString(change.secret().value().reveal())
                .clientRequestToken(change.token())
                .kmsKeyId(changeKmsKey ? kmsKey(sync) : null)
                .build();
    }

    /** No value, hence no new version: AWS encrypts the labelled versions anew (UpdateSecret in the API reference). */
    public UpdateSecretRequest changeKmsKey(SecretSync sync, Change.ChangeKmsKey change) {
        return UpdateSecretRequest.builder()
                .secretId(id(change.current()))
                .kmsKeyId(kmsKey(sync))
                .build();
    }

    /** Takes back a deletion; {@link #update} follows. */
    public RestoreSecretRequest restore(Change.Restore change) {
        return RestoreSecretRequest.builder().secretId(id(change.current())).build();
    }

    /** Recoverable for {@link AwsProperties#recoveryWindowDays()}, unless the operator forces deletions. */
    public DeleteSecretRequest delete(Change.Delete change) {
        DeleteSecretRequest.Builder request = DeleteSecretRequest.builder().secretId(id(change.current()));
        return properties.forceDeletion()
                ? request.forceDeleteWithoutRecovery(true).build()
                : request.recoveryWindowInDays((long) properties.recoveryWindowDays())
                        .build();
    }

    static List<Tag> tags(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(entry -> tag(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private static String id(DestinationSecret secret) {
        return secret.arn() == null ? secret.name() : secret.arn();
    }

    private static String kmsKey(SecretSync sync) {
        String wanted = sync.options().keyId();
        return wanted == null || wanted.isEmpty() ? KmsKeys.DEFAULT : wanted;
    }
}
