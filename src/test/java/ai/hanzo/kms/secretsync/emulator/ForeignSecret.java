package ai.hanzo.kms.secretsync.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A secret that somebody else put into AWS, or a change by somebody else. What is not said stays as it is, or is unset
 * in a new secret. Each value becomes a new version with {@code AWSCURRENT}.
 */
public final class ForeignSecret {
    private final String name;
    private String account = SecretsManagerEmulator.ACCOUNT;
    private String region = SecretsManagerEmulator.REGION;
    private SecretValue value;
    private String versionId;
    private final SortedMap<String, String> tags = new TreeMap<>();
    private Duration recoveryWindow;
    private Consumer<Secret.Draft> settings = draft -> {};

    private ForeignSecret(String name) {
        this.name = name;
    }

    public static ForeignSecret named(String name) {
        return new ForeignSecret(name);
    }

    /** Where it is, if not in the emulator's default account and region. */
    public ForeignSecret in(String accountId, String regionName) {
        account = accountId;
        region = regionName;
        return this;
    }

    public ForeignSecret value(String secretString) {
        value = new SecretValue.Text(secretString);
        return this;
    }

    public ForeignSecret binary(byte[] secretBinary) {
        value = new SecretValue.Binary(secretBinary);
        return this;
    }

    /** The id of the version; random unless set. */
    public ForeignSecret versionId(String id) {
        versionId = id;
        return this;
    }

    public ForeignSecret tag(String key, String tagValue) {
        tags.put(key, tagValue);
        return this;
    }

    public ForeignSecret withoutTag(String key) {
        return setting(draft -> draft.tags.remove(key));
    }

    /** Schedules it for deletion; without this, one that was scheduled is restored. */
    public ForeignSecret deleted(Duration window) {
        recoveryWindow = window;
        return this;
    }

    public ForeignSecret description(String text) {
        return setting(draft -> draft.description = text);
    }

    /** @param key any form AWS takes; null for the default key */
    public ForeignSecret kmsKeyId(String key) {
        return setting(draft -> draft.kmsKeyId = key);
    }

    /** The AWS service that manages it, such as {@code rds}. */
    public ForeignSecret owningService(String service) {
        return setting(draft -> draft.owningService = service);
    }

    /** The type of a managed external secret. */
    public ForeignSecret type(String type) {
        return setting(draft -> draft.type = type);
    }

    /** Makes it a replica whose primary is in {@code primaryRegion}. */
    public ForeignSecret replicaOf(String primaryRegion) {
        return setting(draft -> draft.primaryRegion = primaryRegion);
    }

    /** Has it rotated by a function. */
    public ForeignSecret rotationEnabled() {
        return setting(draft -> {
            draft.rotationEnabled = true;
            draft.rotationLambdaArn = "arn:aws:lambda:" + region + ":" + account + ":function:rotate";
        });
    }

    private ForeignSecret setting(Consumer<Secret.Draft> change) {
        settings = settings.andThen(change);
        return this;
    }

    String name() {
        return name;
    }

    String account() {
        return account;
    }

    String region() {
        return region;
    }

    Secret appliedTo(Secret existing, Instant now) {
        Secret.Draft draft = existing == null
                ? new Secret.Draft(account, region, name, Arns.secret(account, region, name), now)
                : existing.toDraft();
        settings.accept(draft);
        draft.tags.putAll(tags);
        draft.deletedDate = recoveryWindow == null ? null : now;
        draft.purgeDate = recoveryWindow == null ? null : now.plus(recoveryWindow);
        draft.lastChangedDate = now;
        if (value != null) {
            String id = versionId == null ? UUID.randomUUID().toString() : versionId;
            draft.addVersion(id, value, now);
            draft.moveCurrent(id);
        }
        return draft.build();
    }
}
