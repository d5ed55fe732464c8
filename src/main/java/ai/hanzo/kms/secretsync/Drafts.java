package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.CheckedDraftView;
import ai.hanzo.kms.secretsync.api.CheckedDraftView.Example;
import ai.hanzo.kms.secretsync.api.CreateSyncRequest;
import ai.hanzo.kms.secretsync.api.DestinationConfig;
import ai.hanzo.kms.secretsync.api.SyncDraft;
import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.KeyRules;
import ai.hanzo.kms.secretsync.sync.KeySchema;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Siblings;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Syncs that are not there yet: what they would be and do. Nothing is stored, and neither the KMS nor AWS is asked here. */
@Component("drafts")
public class Drafts {
    private static final List<String> KEYS = List.of("DATABASE_URL", "API_KEY");
    /** Stays as it is in an example until it is known. */
    private static final String ANY_ENVIRONMENT = "{{environment}}";

    private final SecretSyncs syncs;
    private final SyncDestinations destinations;

    Drafts(SecretSyncs syncs, SyncDestinations destinations) {
        this.syncs = syncs;
        this.destinations = destinations;
    }

    /** While somebody types: what is wrong so far, and which names come of it. */
    public CheckedDraftView check(SyncDraft draft) {
        boolean nameTaken = draft.name() != null
                && draft.isFine("name")
                && syncs.named(draft.projectId(), draft.name()).isPresent();
        return new CheckedDraftView(draft.issues(), nameTaken, examples(draft));
    }

    private static List<Example> examples(SyncDraft draft) {
        DestinationConfig config = draft.destinationConfig();
        boolean fine = draft.isFine("syncOptions", "keySchema")
                && draft.isFine("syncOptions", "keyRules")
                && draft.isFine("destinationConfig", "secretName")
                && draft.isFine("environment");
        if (!fine || config == null) {
            return List.of();
        }
        Optional<SyncOptions> options = Optional.ofNullable(draft.syncOptions());
        Source source = new Source(
                draft.projectId(),
                Objects.requireNonNullElse(draft.environment(), ANY_ENVIRONMENT),
                Objects.requireNonNullElse(draft.secretPath(), "/"));
        KeySchema schema = KeySchema.of(options.map(SyncOptions::keySchema).orElse(null), source);
        if (Destination.MANY_TO_ONE.equals(config.mappingBehavior())) {
            return Stream.ofNullable(config.secretName())
                    .map(name -> new Example(name, schema.apply(name)))
                    .toList();
        }
        KeyRules rules = options.map(SyncOptions::rulesForKeys).orElse(KeyRules.none());
        return KEYS.stream()
                .map(key -> new Example(key, schema.apply(rules.apply(key))))
                .toList();
    }

    /** The sync that a request would make, before its first run. */
    public SecretSync sync(CreateSyncRequest request) {
        return new SecretSync(
                UUID.randomUUID(),
                request.name(),
                request.description(),
                request.source(),
                request.destination(),
                request.syncOptions(),
                request.autoSyncEnabled(),
                true);
    }

    /**
     * A sync that is not stored like this, at its first destination.
     *
     * @param additional its other destinations, null for none
     * @throws Rejection 400 where they are not apart
     */
    public SecretSync first(SecretSync sync, List<AdditionalDestination> additional) {
        return all(sync, additional).get(0);
    }

    /**
     * The additional destinations of a sync that is not stored, or not stored like this. Those that it has already go on with their
     * journals, also where they were taken out of it.
     *
     * @param additional null for none
     * @return none of them initial, for nothing is imported from an additional destination
     * @throws Rejection 400 where they are not apart
     */
    public List<SecretSync> additional(SecretSync sync, List<AdditionalDestination> additional) {
        List<SecretSync> all = all(sync, additional);
        return all.subList(1, all.size());
    }

    private List<SecretSync> all(SecretSync sync, List<AdditionalDestination> additional) {
        destinations.requireApart(sync.destination(), additional, sync.options());
        List<SavedSync> known = syncs.additional(sync.id());
        List<SecretSync> all = new ArrayList<>(List.of(sync));
        if (additional != null) {
            additional.forEach(place -> all.add(at(place, sync, known)));
        }
        Map<UUID, String> regions = all.stream()
                .collect(Collectors.toMap(
                        SecretSync::id, destination -> destination.destination().region()));
        Set<UUID> takenOut = known.stream()
                .map(SavedSync::id)
                .filter(Predicate.not(regions::containsKey))
                .collect(Collectors.toSet());
        return all.stream()
                .map(destination -> destination.among(Siblings.of(destination.id(), regions, takenOut)))
                .toList();
    }

    private static SecretSync at(AdditionalDestination place, SecretSync sync, List<SavedSync> known) {
        Destination there = place.of(sync.destination());
        UUID id = known.stream()
                .filter(saved -> saved.destination().isAt(there))
                .map(SavedSync::id)
                .findFirst()
                .orElseGet(UUID::randomUUID);
        return new SecretSync(
                id,
                sync.name(),
                sync.description(),
                sync.source(),
                there,
                sync.options().forAdditionalDestination(place.keyId()),
                sync.autoSyncEnabled(),
                false);
    }

    /**
     * @param sync whose name is null where it has none yet
     * @throws Rejection 400 where another sync of the project has it, in the words of {@link SecretSyncs#create}
     */
    public void requireFree(SecretSync sync) {
        if (sync.name() == null) {
            return;
        }
        syncs.named(sync.source().projectId(), sync.name())
                .filter(other -> !other.id().equals(sync.id()))
                .ifPresent(other -> {
                    throw SecretSyncs.nameTaken(sync.name(), sync.source().projectId());
                });
    }
}
