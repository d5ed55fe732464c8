package ai.hanzo.kms.secretsync.syncs;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A sync as it is stored: what the caller asked for, and what the KMS said about its source then.
 *
 * @param environmentId id of the environment in the KMS, null where it could not be found any more
 * @param folderId id of the folder in the KMS, null likewise
 * @param version version of the shape of the options, 1
 * @param additionalDestinations the others that were asked for, null where there are none
 * @param parentId of the sync of which this is one of these others; null for a sync by itself
 * @param dropped whether it was one of these others and is no more
 */
public record SavedSync(
        UUID id,
        String name,
        String description,
        Source source,
        String environmentId,
        String environmentName,
        UUID folderId,
        Destination destination,
        SyncOptions options,
        boolean autoSyncEnabled,
        int version,
        Instant createdAt,
        Instant updatedAt,
        List<AdditionalDestination> additionalDestinations,
        UUID parentId,
        boolean dropped) {

    private static final char MARK = '@';
    private static final int LONGEST_NAME = 180;

    /** Whether it is a sync by itself, and not one more destination of another. */
    public boolean whole() {
        return parentId == null;
    }

    /** The name that people gave: that of the sync, for each of its destinations. */
    public String givenName() {
        int end = whole() ? -1 : name.indexOf(MARK);
        return end < 0 ? name : name.substring(0, end);
    }

    /**
     * This sync with another destination, as what is stored for that; nobody can give a name like it.
     *
     * @param there as it is stored; null where it is new
     */
    public SavedSync at(AdditionalDestination place, SavedSync there) {
        Destination at = place.of(destination);
        String shortName = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
        return new SavedSync(
                there == null ? UUID.randomUUID() : there.id(),
                shortName + MARK + at.region() + MARK + at.connectionId(),
                description,
                source,
                environmentId,
                environmentName,
                folderId,
                at,
                options.forAdditionalDestination(place.keyId()),
                autoSyncEnabled,
                version,
                there == null ? updatedAt : there.createdAt(),
                updatedAt,
                null,
                id,
                false);
    }

    /** The same, no longer asked for. */
    public SavedSync asDropped() {
        return new SavedSync(
                id,
                name,
                description,
                source,
                environmentId,
                environmentName,
                folderId,
                destination,
                options,
                false,
                version,
                createdAt,
                updatedAt,
                null,
                parentId,
                true);
    }

    /**
     * @param initial whether no run has succeeded yet for this destination
     */
    public SecretSync toSync(boolean initial) {
        return new SecretSync(id, givenName(), description, source, destination, options, autoSyncEnabled, initial);
    }
}
