package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Destination;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;

/**
 * {@code destinationConfig} of requests and responses: a destination without its connection.
 *
 * @param secretName null, and absent in responses, unless the mapping behaviour has one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DestinationConfig(String mappingBehavior, String region, String secretName) {
    public static DestinationConfig of(Destination destination) {
        return new DestinationConfig(destination.mappingBehavior(), destination.region(), destination.secretName());
    }

    public Destination with(UUID connectionId) {
        return new Destination(connectionId, region, mappingBehavior, secretName);
    }
}
