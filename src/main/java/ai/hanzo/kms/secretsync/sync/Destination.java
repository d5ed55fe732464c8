package ai.hanzo.kms.secretsync.sync;

import java.util.UUID;

/**
 * Where secrets are written to in AWS Secrets Manager.
 *
 * @param connectionId the AWS app connection
 * @param region AWS region code, such as {@code eu-central-1}
 * @param mappingBehavior {@link #ONE_TO_ONE}, {@link #MANY_TO_ONE}, or the name of a mapping a team added as a route
 * @param secretName name of the one AWS secret with {@link #MANY_TO_ONE}, before the key schema is applied; otherwise null
 */
public record Destination(UUID connectionId, String region, String mappingBehavior, String secretName) {
    /** Each KMS secret is its own AWS secret. */
    public static final String ONE_TO_ONE = "one-to-one";
    /** All KMS secrets are one AWS secret, a JSON object. */
    public static final String MANY_TO_ONE = "many-to-one";

    /** Whether another one is reached by the same connection in the same region. */
    public boolean isAt(Destination other) {
        return connectionId.equals(other.connectionId) && region.equals(other.region);
    }
}
