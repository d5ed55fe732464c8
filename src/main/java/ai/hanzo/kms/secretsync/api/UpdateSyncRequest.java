package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A valid request to change a sync. What is null is left as it is; options and destination are replaced whole.
 *
 * @param description the one field that can be set to null
 * @param autoSyncEnabled null where it is not given, for Terraform leaves it out
 */
public record UpdateSyncRequest(
        String name,
        Patch<String> description,
        UUID connectionId,
        String environment,
        String secretPath,
        Boolean autoSyncEnabled,
        SyncOptions syncOptions,
        DestinationConfig destinationConfig) {

    /**
     * The sync as it is after this update. Its initial sync is due again where the destination is another one.
     *
     * @throws ValidationException where the given and the kept parts do not go together
     */
    public SecretSync applyTo(SecretSync current) {
        Destination destination = or(destinationConfig, DestinationConfig.of(current.destination()))
                .with(or(connectionId, current.destination().connectionId()));
        SyncOptions options = or(syncOptions, current.options());
        Source kept = current.source();
        Source source = new Source(
                kept.projectId(),
                or(environment, kept.environment()),
                or(secretPath, kept.secretPath()),
                options.subFolders());
        List<Issue> issues = new ArrayList<>();
        SyncRequests.noteCombinations(destination.mappingBehavior(), options, issues);
        SyncRequests.noteReplicaAtHome(destination.region(), options, issues);
        if (!issues.isEmpty()) {
            throw new ValidationException(issues);
        }
        return new SecretSync(
                current.id(),
                or(name, current.name()),
                description.or(current.description()),
                source,
                destination,
                options,
                or(autoSyncEnabled, current.autoSyncEnabled()),
                current.initial() || !destination.equals(current.destination()),
                current.siblings());
    }

    /**
     * The further destinations as they are after this update, null where there are none. They are left as they are where the
     * update has none, so that a client that does not know of them does not take them out; an empty list takes them all out.
     *
     * @param changed what {@link #applyTo} gave
     * @param current as they are now
     * @throws ValidationException where they do not go together with the rest
     */
    public List<AdditionalDestination> additionalDestinations(SecretSync changed, List<AdditionalDestination> current) {
        List<AdditionalDestination> given =
                destinationConfig == null ? null : destinationConfig.additionalDestinations();
        List<AdditionalDestination> all = or(given, current);
        if (all == null || all.isEmpty()) {
            return null;
        }
        List<Issue> issues = new ArrayList<>();
        SyncRequests.noteDestinations(changed.destination(), all, changed.options(), issues);
        if (!issues.isEmpty()) {
            throw new ValidationException(issues);
        }
        return all;
    }

    private static <T> T or(T given, T current) {
        return given == null ? current : given;
    }
}
