package ai.hanzo.kms.secretsync.sync;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A region to which AWS is to copy every secret of a sync.
 *
 * @param region AWS region code, another one than the destination's
 * @param keyId id, ARN or alias of the AWS KMS key of that region; null for its default key
 */
public record ReplicaRegion(
        String region,
        @JsonInclude(JsonInclude.Include.NON_NULL) String keyId) {}
