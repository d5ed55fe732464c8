package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.sync.Origin;
import java.util.Map;
import java.util.Objects;
import org.quartz.JobDataMap;

/**
 * What a run is asked to do, as it travels in the data of a Quartz trigger.
 *
 * @param importBehavior for imports, otherwise null
 * @param thenDelete for removals: whether the sync itself is to go once its secrets are removed
 * @param origin who asks
 */
record RunRequest(
        RunAction action,
        RunReason reason,
        ConflictResolution.Behavior importBehavior,
        boolean thenDelete,
        Origin origin) {
    private static final String ACTION = "action";
    private static final String REASON = "reason";
    private static final String IMPORT_BEHAVIOR = "importBehavior";
    private static final String THEN_DELETE = "thenDelete";
    private static final String ACTOR = "actor";
    private static final String ADDRESS = "address";
    private static final String REQUEST_ID = "requestId";

    static RunRequest sync(RunReason reason, Origin origin) {
        return new RunRequest(RunAction.SYNC, reason, null, false, origin);
    }

    static RunRequest imports(ConflictResolution.Behavior behavior, Origin origin) {
        return new RunRequest(RunAction.IMPORT, RunReason.MANUAL, Objects.requireNonNull(behavior), false, origin);
    }

    static RunRequest removal(boolean thenDelete, Origin origin) {
        return new RunRequest(RunAction.REMOVE, RunReason.MANUAL, null, thenDelete, origin);
    }

    static RunRequest of(JobDataMap data) {
        return new RunRequest(
                RunAction.ofWord(data.getString(ACTION)),
                RunReason.ofWord(data.getString(REASON)),
                ConflictResolution.Behavior.ofWireName(data.getString(IMPORT_BEHAVIOR))
                        .orElse(null),
                Boolean.parseBoolean(data.getString(THEN_DELETE)),
                origin(data));
    }

    /** The service itself where nothing says otherwise. */
    private static Origin origin(JobDataMap data) {
        String actor = text(data, ACTOR);
        return actor == null ? Origin.SYSTEM : new Origin(actor, text(data, ADDRESS), text(data, REQUEST_ID));
    }

    private static String text(JobDataMap data, String name) {
        String text = data.getString(name);
        return text == null || text.isEmpty() ? null : text;
    }

    /** The same after the instance that carried it out was stopped. */
    RunRequest recovered() {
        return new RunRequest(action, RunReason.RECOVERY, importBehavior, thenDelete, origin);
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
                Boolean.toString(thenDelete),
                ACTOR,
                origin.actor(),
                ADDRESS,
                Objects.requireNonNullElse(origin.address(), ""),
                REQUEST_ID,
                Objects.requireNonNullElse(origin.requestId(), "")));
    }

    /** Requests of the same kind become one run; of different kinds, each becomes its own. */
    String kind() {
        return thenDelete ? "delete" : action.word();
    }
}
