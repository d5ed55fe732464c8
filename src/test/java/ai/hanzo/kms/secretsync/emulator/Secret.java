package ai.hanzo.kms.secretsync.emulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One secret as the store keeps it. Immutable; a change is a new record.
 *
 * @param kmsKeyId as the caller gave it; null for the account's default key
 * @param description null when never set
 * @param rotationEnabled null when rotation was never configured
 * @param lastAccessedDate the day of the last read of the value, null when never read
 * @param deletedDate when deletion was asked for, null for an active secret
 * @param purgeDate when the recovery window ends, null for an active secret
 * @param owningService the AWS service that manages the secret, or null
 * @param primaryRegion for a replica its primary's region, otherwise null
 * @param resourcePolicy the policy document, or null
 * @param versions oldest first
 */
public record Secret(
        String account,
        String region,
        String name,
        String arn,
        String description,
        String kmsKeyId,
        SortedMap<String, String> tags,
        Instant createdDate,
        Instant lastChangedDate,
        Instant lastAccessedDate,
        Instant deletedDate,
        Instant purgeDate,
        String owningService,
        String type,
        String primaryRegion,
        List<Replica> replicas,
        Boolean rotationEnabled,
        String rotationLambdaArn,
        Map<String, Object> rotationRules,
        String resourcePolicy,
        List<Version> versions) {
    /** The label of the version that is returned unless another is asked for. */
    public static final String CURRENT = "AWSCURRENT";
    /** The label of the version that was current before. */
    public static final String PREVIOUS = "AWSPREVIOUS";
    /** The label of the version that rotation is preparing. */
    public static final String PENDING = "AWSPENDING";

    /**
     * One version of the value.
     *
     * @param kmsKeyId the key it was encrypted with, null for the default key
     * @param stages its staging labels in alphabetical order; empty for a deprecated version
     */
    public record Version(
            String id,
            SecretValue value,
            Instant createdDate,
            Instant lastAccessedDate,
            String kmsKeyId,
            SortedSet<String> stages) {
        Version withStages(SortedSet<String> changed) {
            return new Version(id, value, createdDate, lastAccessedDate, kmsKeyId, changed);
        }

        Version withKey(String key) {
            return new Version(id, value, createdDate, lastAccessedDate, key, stages);
        }

        Version accessed(Instant day) {
            return new Version(id, value, createdDate, day, kmsKeyId, stages);
        }
    }

    /** Where a primary is copied to, and how that went: {@code InSync} or {@code Failed}. */
    public record Replica(String region, String kmsKeyId, String status, String statusMessage) {}

    public boolean isDeleted() {
        return deletedDate != null;
    }

    public boolean isReplica() {
        return primaryRegion != null;
    }

    public Optional<Version> version(String id) {
        return versions.stream().filter(version -> version.id().equals(id)).findFirst();
    }

    public Optional<Version> versionWithStage(String stage) {
        return versions.stream()
                .filter(version -> version.stages().contains(stage))
                .findFirst();
    }

    /** The version with {@code AWSCURRENT}; empty for a secret without a value. */
    public Optional<Version> current() {
        return versionWithStage(CURRENT);
    }

    /** The current {@code SecretString}, or null when there is none. */
    public String secretString() {
        return current()
                .map(Version::value)
                .map(value -> value instanceof SecretValue.Text text ? text.string() : null)
                .orElse(null);
    }

    Draft toDraft() {
        return new Draft(this);
    }

    Secret with(Consumer<Draft> change) {
        Draft draft = toDraft();
        change.accept(draft);
        return draft.build();
    }

    /** A secret that is being changed. Fields have the meaning of the record's. */
    static final class Draft {
        final String account;
        final String region;
        final String name;
        final String arn;
        String description;
        String kmsKeyId;
        SortedMap<String, String> tags;
        Instant createdDate;
        Instant lastChangedDate;
        Instant lastAccessedDate;
        Instant deletedDate;
        Instant purgeDate;
        String owningService;
        String type;
        String primaryRegion;
        List<Replica> replicas;
        Boolean rotationEnabled;
        String rotationLambdaArn;
        Map<String, Object> rotationRules;
        String resourcePolicy;
        List<Version> versions;

        Draft(String account, String region, String name, String arn, Instant now) {
            this.account = account;
            this.region = region;
            this.name = name;
            this.arn = arn;
            tags = new TreeMap<>();
            createdDate = now;
            lastChangedDate = now;
            replicas = new ArrayList<>();
            versions = new ArrayList<>();
        }

        private Draft(Secret secret) {
            account = secret.account;
            region = secret.region;
            name = secret.name;
            arn = secret.arn;
            description = secret.description;
            kmsKeyId = secret.kmsKeyId;
            tags = new TreeMap<>(secret.tags);
            createdDate = secret.createdDate;
            lastChangedDate = secret.lastChangedDate;
            lastAccessedDate = secret.lastAccessedDate;
            deletedDate = secret.deletedDate;
            purgeDate = secret.purgeDate;
            owningService = secret.owningService;
            type = secret.type;
            primaryRegion = secret.primaryRegion;
            replicas = new ArrayList<>(secret.replicas);
            rotationEnabled = secret.rotationEnabled;
            rotationLambdaArn = secret.rotationLambdaArn;
            rotationRules = secret.rotationRules;
            resourcePolicy = secret.resourcePolicy;
            versions = new ArrayList<>(secret.versions);
        }

        /** Adds a version that has no label yet. */
        void addVersion(String id, SecretValue value, Instant now) {
            versions.add(new Version(id, value, now, null, kmsKeyId, Collections.emptySortedSet()));
        }

        /** Takes {@code label} from whichever version has it and gives it to {@code toVersion}, or to none when null. */
        void moveLabel(String label, String toVersion) {
            versions.replaceAll(version -> {
                boolean has = version.stages().contains(label);
                boolean shall = version.id().equals(toVersion);
                if (has == shall) {
                    return version;
                }
                SortedSet<String> stages = new TreeSet<>(version.stages());
                if (shall) {
                    stages.add(label);
                } else {
                    stages.remove(label);
                }
                return version.withStages(Collections.unmodifiableSortedSet(stages));
            });
        }

        /** Moves {@code AWSCURRENT}, and {@code AWSPREVIOUS} to the version that had it. */
        void moveCurrent(String toVersion) {
            Optional<Version> before = versions.stream()
                    .filter(version -> version.stages().contains(CURRENT))
                    .findFirst();
            moveLabel(CURRENT, toVersion);
            before.filter(version -> !version.id().equals(toVersion))
                    .ifPresent(version -> moveLabel(PREVIOUS, version.id()));
        }

        Secret build() {
            return new Secret(
                    account,
                    region,
                    name,
                    arn,
                    description,
                    kmsKeyId,
                    Collections.unmodifiableSortedMap(tags),
                    createdDate,
                    lastChangedDate,
                    lastAccessedDate,
                    deletedDate,
                    purgeDate,
                    owningService,
                    type,
                    primaryRegion,
                    List.copyOf(replicas),
                    rotationEnabled,
                    rotationLambdaArn,
                    rotationRules,
                    resourcePolicy,
                    List.copyOf(versions));
        }
    }
}
