package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;

/**
 * {@code destinationConfig} of requests and responses: a destination without its connection.
 *
 * @param secretName null, and absent in responses, unless the mapping behaviour has one
 * @param additionalDestinations further places; null, and absent in responses, where none were given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DestinationConfig(
        String mappingBehavior, String region, String secretName, List<AdditionalDestination> additionalDestinations) {
    /** One without any others. */
    public DestinationConfig(String mappingBehavior, String region, String secretName) {
        this(mappingBehavior, region, secretName, null);
    }

    public static DestinationConfig of(Destination destination) {
        return of(destination, null);
    }

    public static DestinationConfig of(Destination destination, List<AdditionalDestination> additional) {
        return new DestinationConfig(
                destination.mappingBehavior(), destination.region(), destination.secretName(), additional);
    }

    public Destination with(UUID connectionId) {
        return new Destination(connectionId, region, mappingBehavior, secretName);
    }
}
