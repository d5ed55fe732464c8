package ai.hanzo.kms.secretsync.aws;

import java.util.HashMap;
import java.util.Map;

/**
 * Operations that share a request quota, which AWS counts for each account and region.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html">Secrets Manager quotas</a>
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html">KMS request quotas</a>
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM and STS quotas</a>
 */
enum OperationFamily {
    READ(10_000, "DescribeSecret", "GetSecretValue"),
    WRITE(
            50,
            "PutSecretValue",
            "UpdateSecret",
            "UpdateSecretVersionStage",
            "ReplicateSecretToRegions",
            "RemoveRegionsFromReplication",
            "StopReplicationToReplica"),
    POLICY(50, "GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy", "ValidateResourcePolicy"),
    TAG(50, "TagResource", "UntagResource"),
    RESTORE(50, "RestoreSecret"),
    BATCH(100, "BatchGetSecretValue"),
    CREATE(50, "CreateSecret"),
    DELETE(50, "DeleteSecret"),
    /** The table of 2022 says 50; since then only higher figures have been reported. */
    LIST(50, "ListSecrets", "ListSecretVersionIds"),
    /** All operations of STS that take an account's credentials. */
    STS(600),
    /** The lower one of the quotas of ListAliases and DescribeKey. */
    KMS(500),
    /** Secrets Manager's usual quota, for what is not named here. */
    OTHER(50);

    private static final Map<String, OperationFamily> BY_OPERATION = new HashMap<>();

    static {
        for (OperationFamily family : values()) {
            for (String operation : family.operations) {
                BY_OPERATION.put(operation, family);
            }
        }
    }

    private final double quota;
    private final String[] operations;

    OperationFamily(double quota, String... operations) {
        this.quota = quota;
        this.operations = operations;
    }

    /** AWS's default quota in calls per second, throttled ones included. */
    double quota() {
        return quota;
    }

    /**
     * @param service the SDK's name of it
     */
    static OperationFamily of(String service, String operation) {
        return switch (service) {
            case "STS" -> STS;
            case "KMS" -> KMS;
            default -> BY_OPERATION.getOrDefault(operation, OTHER);
        };
    }
}
