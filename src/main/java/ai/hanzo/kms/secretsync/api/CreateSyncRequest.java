package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A valid request for a new sync.
 *
 * @param description null where there is none; at most 256 characters
 * @param secretPath without a trailing slash, but for the root
 */
public record CreateSyncRequest(
        String name,
        String projectId,
        String description,
        UUID connectionId,
        String environment,
        String secretPath,
        boolean autoSyncEnabled,
        SyncOptions syncOptions,
        DestinationConfig destinationConfig) {

    /** The same with another connection. */
    public CreateSyncRequest with(UUID connection) {
        return new CreateSyncRequest(
                name,
                projectId,
                description,
                connection,
                environment,
                secretPath,
                autoSyncEnabled,
                syncOptions,
                destinationConfig);
    }

    /** The same with other connections for its additional destinations, those that have one. */
    public CreateSyncRequest withAdditional(UnaryOperator<UUID> connections) {
        if (additionalDestinations() == null) {
            return this;
        }
        List<AdditionalDestination> additional = additionalDestinations().stream()
                .map(place -> place.connectionId() == null
                        ? place
                        : new AdditionalDestination(
                                connections.apply(place.connectionId()), place.region(), place.keyId()))
                .toList();
        return new CreateSyncRequest(
                name,
                projectId,
                description,
                connectionId,
                environment,
                secretPath,
                autoSyncEnabled,
                syncOptions,
                new DestinationConfig(
                        destinationConfig.mappingBehavior(),
                        destinationConfig.region(),
                        destinationConfig.secretName(),
                        additional));
    }

    /** The update that makes a sync of the same name like the one that this would make. */
    public UpdateSyncRequest asUpdate() {
        return new UpdateSyncRequest(
                name,
                Patch.of(description),
                connectionId,
                environment,
                secretPath,
                autoSyncEnabled,
                syncOptions,
                new DestinationConfig(
                        destinationConfig.mappingBehavior(),
                        destinationConfig.region(),
                        destinationConfig.secretName(),
                        Objects.requireNonNullElse(destinationConfig.additionalDestinations(), List.of())));
    }

    /** The further destinations, null where there are none. */
    public List<AdditionalDestination> additionalDestinations() {
        List<AdditionalDestination> given = destinationConfig.additionalDestinations();
        return given == null || given.isEmpty() ? null : given;
    }

    /** The connections of further destinations, as far as they are named. */
    public List<UUID> namedConnections() {
        return additionalDestinations() == null
                ? List.of()
                : additionalDestinations().stream()
                        .map(AdditionalDestination::connectionId)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList();
    }

    public Source source() {
        return new Source(projectId, environment, secretPath, syncOptions.subFolders());
    }

    public Destination destination() {
        return destinationConfig.with(connectionId);
    }
}
