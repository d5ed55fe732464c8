package ai.hanzo.kms.secretsync.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;

/**
 * One more place for the secrets of a sync, under the same names and with the same options.
 *
 * @param connectionId the AWS app connection; null for the sync's own
 * @param region AWS region code
 * @param keyId id, ARN or alias of the AWS KMS key there; null for the sync's own option
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AdditionalDestination(UUID connectionId, String region, String keyId) {
    /** As a destination by itself. */
    public Destination of(Destination first) {
        return new Destination(connectionOr(first.connectionId()), region, first.mappingBehavior(), first.secretName());
    }

    /** The connection that it is reached by. */
    public UUID connectionOr(UUID own) {
        return connectionId == null ? own : connectionId;
    }
}
