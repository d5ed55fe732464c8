package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.aws.Destinations.Importable;
import ai.hanzo.kms.secretsync.kms.UpsertResult;
import ai.hanzo.kms.secretsync.runs.Outcome;
import ai.hanzo.kms.secretsync.runs.Run;
import ai.hanzo.kms.secretsync.runs.RunAction;
import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Behavior;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Direct;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Resolution;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** From what is at the destination to what the KMS is to hold, a step at a time; the routes say in which order. */
@Component("importing")
public class Importing {
    private static final String IMPORT = "import";

    private final SecretSyncs syncs;

    Importing(SecretSyncs syncs) {
        this.syncs = syncs;
    }

    /** By which rule a first sync imports before it writes; null where it imports nothing. */
    public Behavior initialBehavior(SecretSync sync) {
        Behavior behavior = sync.initial()
                ? Behavior.of(sync.options().initialSyncBehavior()).orElse(null)
                : null;
        // Of several destinations the first is imported from: each would have another opinion.
        return behavior == null || syncs.isAdditional(sync.id()) ? null : behavior;
    }

    /**
     * @param source with references put in
     * @param own the secrets of the folder itself, as they were entered
     */
    public Resolution resolve(
            SourceSnapshot source, SortedMap<String, SourceSecret> own, Importable found, Behavior behavior) {
        Map<String, Direct> direct = own.values().stream()
                .collect(Collectors.toMap(
                        SourceSecret::key,
                        secret -> new Direct(
                                secret.value(),
                                source.secrets()
                                        .getOrDefault(secret.key(), secret)
                                        .value())));
        return ConflictResolution.resolve(direct, found.entries(), behavior);
    }

    /** What is to be written into the KMS, by key. */
    public SortedMap<String, SecretText> values(Resolution resolution) {
        SortedMap<String, SecretText> values = new TreeMap<>(resolution.create());
        values.putAll(resolution.update());
        return values;
    }

    /** The source as it would be after an import, for the preview of a first sync. */
    public SourceSnapshot imported(SourceSnapshot source, Resolution resolution) {
        SortedMap<String, SourceSecret> secrets = new TreeMap<>(source.secrets());
        values(resolution).forEach((key, value) -> {
            SourceSecret before = secrets.get(key);
            secrets.put(key, new SourceSecret(key, value, before == null ? List.of() : before.metadata()));
        });
        return new SourceSnapshot(secrets, source.imports(), null);
    }

    /** What became of each secret that was to be imported, and of those that were not. */
    public List<Outcome> outcomes(Run run, Importable found, Resolution resolution, UpsertResult written) {
        List<Outcome> outcomes = new ArrayList<>();
        found.skips().forEach(skip -> outcomes.add(Outcome.of(skip)));
        resolution.skips().forEach(skip -> outcomes.add(Outcome.of(skip)));
        for (String key : written.applied()) {
            outcomes.add(Outcome.succeeded(found.entries().get(key).name(), IMPORT));
        }
        written.pending()
                .forEach((key, approval) -> outcomes.add(new Outcome(
                        found.entries().get(key).name(),
                        IMPORT,
                        Outcome.Result.FAILED,
                        Outcome.APPROVAL_PENDING,
                        "The KMS keeps it for approval (" + approval + ")",
                        "Approve the change in the KMS.")));
        written.refused().forEach((key, reason) -> outcomes.add(refused(run, found, written, key, reason)));
        return outcomes;
    }

    /** What a first sync cannot import is left alone, and keeps it from nothing else; whoever asks for an import wants to know. */
    private static Outcome refused(Run run, Importable found, UpsertResult written, String key, String reason) {
        boolean failed = written.failure() != null || run.action() == RunAction.IMPORT;
        return new Outcome(
                found.entries().get(key).name(),
                IMPORT,
                failed ? Outcome.Result.FAILED : Outcome.Result.SKIPPED,
                written.failure() == null
                        ? "RefusedByKms"
                        : written.failure().failure().name(),
                reason,
                written.failure() == null ? null : written.failure().remedy());
    }
}
