package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Journal;
import ai.hanzo.kms.secretsync.sync.ManagedSecret;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.Replica;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/**
 * Stores what {@link Journal} says: the intention before a call, the answer after it. Between the two, a crash is harmless.
 */
@Component("journal")
public class JournalKeeper {
    private final ManagedSecrets entries;
    private final SyncStates states;

    JournalKeeper(ManagedSecrets entries, SyncStates states) {
        this.entries = entries;
        this.states = states;
    }

    /** Before a value is written. */
    public void intend(PlannedRun planned, Change.Write change) {
        save(planned, planned.journal().intended(entry(planned, change), change));
    }

    /**
     * After AWS confirmed a write.
     *
     * @param arn from the answer
     * @param versionId from the answer; null where only the deletion was taken back
     */
    public void written(PlannedRun planned, Change.Write change, String arn, String versionId) {
        ManagedSecret written = planned.journal().written(entry(planned, change), change, arn, versionId);
        // Where a crash takes it, the intention is still there, and tells what has arrived as well.
        if (!entries.replace(planned.place(), written)) {
            save(planned, written);
        }
    }

    /** This write certainly did nothing. What an earlier run intended may still have arrived: that stays. */
    public void refused(PlannedRun planned, Change change) {
        ManagedSecret entry = entry(planned, change);
        if (change instanceof Change.Replicate replicate && entry != null) {
            save(planned, planned.journal().refused(entry, replicate));
        } else if (change instanceof Change.ChangePolicy && entry != null) {
            save(planned, planned.journal().policyRefused(entry, change));
        } else if (change instanceof Change.Create && entry != null && entry.pendingToken() == null) {
            // The secret was made; what was refused is what came after that.
            save(planned, planned.journal().policyRefused(entry, change));
        } else if (change instanceof Change.Write
                && entry != null
                && entry.pendingGeneration() == planned.generation()) {
            planned.journal()
                    .refused(entry)
                    .ifPresentOrElse(left -> save(planned, left), () -> entries.remove(planned.place(), change.name()));
        }
    }

    public void adopted(PlannedRun planned, Change.Adopt change) {
        save(planned, planned.journal().adopted(entry(planned, change), change));
    }

    public void kmsKeyChanged(PlannedRun planned, Change.ChangeKmsKey change) {
        save(planned, planned.journal().kmsKeyChanged(entry(planned, change), change));
    }

    public void retagged(PlannedRun planned, Change.Retag change) {
        save(planned, planned.journal().retagged(entry(planned, change), change));
    }

    /** Before AWS is asked for replicas of a secret that exists, or to remove some. */
    public void replicating(PlannedRun planned, Change.Replicate change) {
        save(planned, planned.journal().replicating(entry(planned, change), change));
    }

    /** After AWS answered that. */
    public void replicated(PlannedRun planned, Change.Replicate change, Map<String, Replica> replicas) {
        save(planned, planned.journal().replicated(entry(planned, change), change, replicas));
    }

    /** After the secret was created, with what AWS said of its replicas. */
    public void replicated(PlannedRun planned, Change.Create change, Map<String, Replica> replicas) {
        save(planned, planned.journal().replicated(entry(planned, change), change, replicas));
    }

    /** Before the resource policy of a secret is put or removed. */
    public void policyChanging(PlannedRun planned, Change change) {
        save(planned, planned.journal().policyChanging(entry(planned, change), change));
    }

    /** After AWS confirmed that. */
    public void policyChanged(PlannedRun planned, Change change) {
        save(planned, planned.journal().policyChanged(entry(planned, change), change));
    }

    /** Before the replicas are removed because the secret goes. */
    public void withdrawing(PlannedRun planned, Change.Delete change) {
        save(planned, planned.journal().withdrawing(entry(planned, change), change));
    }

    public void deleted(PlannedRun planned, Change.Delete change) {
        save(planned, planned.journal().deleted(entry(planned, change), change));
    }

    /** What planning alone found out: writes that had arrived after all, and secrets that are certainly gone. */
    public void learn(PlannedRun planned, Plan plan) {
        List<ManagedSecret> learned = plan.changes().stream()
                .filter(Change.Keep.class::isInstance)
                .map(change -> ((Change.Keep) change).learned())
                .filter(Objects::nonNull)
                .toList();
        save(planned, learned);
        plan.gone().forEach(name -> entries.remove(planned.place(), name));
    }

    private ManagedSecret entry(PlannedRun planned, Change change) {
        return entries.find(planned.place(), change.name()).orElse(null);
    }

    private void save(PlannedRun planned, ManagedSecret entry) {
        save(planned, List.of(entry));
    }

    /** A journal goes with its sync, and a run that is still under way then cannot bring it back. */
    private void save(PlannedRun planned, List<ManagedSecret> changed) {
        try {
            entries.save(planned.place(), changed, planned.predecessors());
        } catch (DataIntegrityViolationException e) {
            if (states.existsById(planned.place().syncId())) {
                throw e;
            }
            throw Rejection.notFound("The sync was deleted during this run; what is at its destination stays");
        }
    }
}
