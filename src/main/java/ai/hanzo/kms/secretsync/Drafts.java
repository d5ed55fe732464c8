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
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Syncs that are not there yet: what they would be and do. Nothing is stored, and neither the KMS nor AWS is asked here. */
@Component("drafts")
public class Drafts {
    private static final List<String> KEYS = List.of("DATABASE_URL", "API_KEY");
    /** Stays as it is in an example until it is known. */
    private static final String ANY_ENVIRONMENT = "{{environment}}";

    private final SecretSyncs syncs;

    Drafts(SecretSyncs syncs) {
        this.syncs = syncs;
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
     * The additional destinations of a sync that is not stored, or not stored like this. Those that it has already go on with their
     * journals, also where they were taken out of it.
     *
     * @param additional null for none
     * @return none of them initial, for nothing is imported from an additional destination
     */
    public List<SecretSync> additional(SecretSync sync, List<AdditionalDestination> additional) {
        List<SavedSync> known = syncs.additional(sync.id());
        return Objects.requireNonNullElse(additional, List.<AdditionalDestination>of()).stream()
                .map(place -> at(place, sync, known))
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
