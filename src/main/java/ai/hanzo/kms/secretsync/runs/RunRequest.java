package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import java.util.Map;
import java.util.Objects;
import org.quartz.JobDataMap;

/**
 * What a run is asked to do, as it travels in the data of a Quartz trigger.
 *
 * @param importBehavior for imports, otherwise null
 * @param thenDelete for removals: whether the sync itself is to go once its secrets are removed
 */
record RunRequest(RunAction action, RunReason reason, ConflictResolution.Behavior importBehavior, boolean thenDelete) {
    private static final String ACTION = "action";
    private static final String REASON = "reason";
    private static final String IMPORT_BEHAVIOR = "importBehavior";
    private static final String THEN_DELETE = "thenDelete";

    static RunRequest sync(RunReason reason) {
        return new RunRequest(RunAction.SYNC, reason, null, false);
    }

    static RunRequest imports(ConflictResolution.Behavior behavior) {
        return new RunRequest(RunAction.IMPORT, RunReason.MANUAL, Objects.requireNonNull(behavior), false);
    }

    static RunRequest removal(boolean thenDelete) {
        return new RunRequest(RunAction.REMOVE, RunReason.MANUAL, null, thenDelete);
    }

    static RunRequest of(JobDataMap data) {
        return new RunRequest(
                RunAction.ofWord(data.getString(ACTION)),
                RunReason.ofWord(data.getString(REASON)),
                ConflictResolution.Behavior.ofWireName(data.getString(IMPORT_BEHAVIOR))
                        .orElse(null),
                Boolean.parseBoolean(data.getString(THEN_DELETE)));
    }

    JobDataMap toData() {
        return new JobDataMap(Map.of(
                ACTION,
                action.word(),
                REASON,
                reason.word(),
                IMPORT_BEHAVIOR,
                importBehavior == null ? "" : importBehavior.wireName(),
                THEN_DELETE,
                Boolean.toString(thenDelete)));
    }

    /** Requests of the same kind become one run; of different kinds, each becomes its own. */
    String kind() {
        return thenDelete ? "delete" : action.word();
    }
}
