package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Recall;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SkipReason;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.TagMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * When the whole destination of each sync was last looked at, and whether a run may go by the journal since.
 *
 * <p>Why nothing is lost where it does: whatever the sync itself puts to its destination is in the journal before AWS is called.
 * So a list could only add what others did there. That is drift: the next drift check looks at everything, and a run goes by
 * the journal for no longer than from one of those to the next. What the journal is not sure of is described one by one (see
 * {@link Recall}), and every secret is looked at before it is changed: one that is not as the journal has
 * it is planned anew from what is there. A name that is taken, CreateSecret itself refuses.
 */
@Component("looks")
public class Looks {
    /** Skips that have nothing to do with what is at the destination, or with what is wanted there. */
    private static final Set<String> HARMLESS = Set.of(
            SkipReason.EMPTY_VALUE.name(),
            SkipReason.INVALID_TAG.name(),
            SkipReason.LEFT_OUT.name(),
            SkipReason.NOT_REMOVED.name(),
            SkipReason.NOT_IMPORTED.name());

    /** No name in AWS has one. */
    private static final String SEPARATOR = "\n";

    private final JdbcClient jdbc;
    private final Duration driftInterval;
    private final Clock clock;

    Looks(JdbcClient jdbc, RunProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.driftInterval = properties.driftInterval();
        this.clock = clock;
    }

    /**
     * The last look at a whole destination.
     *
     * @param at when it began; null where there was none, or where it does not count any more
     * @param settings when the sync that looked had been saved
     * @param accountId where it looked
     * @param unwanted names of secrets of the sync that were there and not wanted
     * @param settingsNow when the sync was saved last
     * @param askedAt when a run was last asked for that is to look at everything
     * @param failures runs in a row that have failed since
     */
    public record LastLook(
            Instant at,
            Instant settings,
            String accountId,
            Set<String> unwanted,
            Instant settingsNow,
            Instant askedAt,
            int failures) {
        static final LastLook NONE = new LastLook(null, null, null, Set.of(), null, null, 0);
    }

    /** To be asked before the sync is loaded: settings that are saved in between then count as not looked with. */
    public LastLook last(UUID syncId) {
        return jdbc.sql(
                        "select looked_at, looked_settings, looked_account, looked_aside, updated_at, look_asked_at, failures"
                                + " from sync_state join secret_sync on id = sync_id where sync_id = ?")
                .param(syncId)
                .query((row, number) -> new LastLook(
                        instant(row, "looked_at"),
                        instant(row, "looked_settings"),
                        row.getString("looked_account"),
                        names(row.getString("looked_aside")),
                        instant(row, "updated_at"),
                        instant(row, "look_asked_at"),
                        row.getInt("failures")))
                .optional()
                .orElse(LastLook.NONE);
    }

    /**
     * Whether a run need not look at the whole destination: the source asked for it, and since the last drift check at the latest
     * everything there was as the journal has it, with the same settings, in the same account.
     */
    public boolean journalSuffices(LastLook last, Run run, SecretSync sync, String accountId) {
        return run.reason() == RunReason.CHANGE
                && run.approvedDeletions() == null
                && !sync.initial()
                && Destination.ONE_TO_ONE.equals(sync.destination().mappingBehavior())
                && isJournalled(sync.options())
                && last.failures() == 0
                && last.at() != null
                && isRecent(last.at())
                && (last.askedAt() == null || last.askedAt().isBefore(last.at()))
                && Objects.equals(last.settings(), last.settingsNow())
                && accountId.equals(last.accountId());
    }

    /**
     * The journal knows which tags were written, not what is in them, nor the tags of others; replicas and resource policies are seen
     * with what they belong to; and what somebody is to approve is a plan from a look at everything.
     */
    private static boolean isJournalled(SyncOptions options) {
        return !options.metadataAsTags()
                && options.tagMode() != TagMode.REPLACE
                && options.replicaRegions() == null
                && options.resourcePolicy() == null
                && !options.approvalRequired();
    }

    private boolean isRecent(Instant at) {
        Duration ago = Duration.between(at, clock.instant());
        return !ago.isNegative() && ago.compareTo(driftInterval) < 0;
    }

    /**
     * Remembers what a sync found and left at its destination.
     *
     * @param last as it was when the run began
     * @param planned from a look at the whole destination, or from the journal
     */
    public void keep(LastLook last, Run run, String accountId, PlannedRun planned, List<Outcome> outcomes) {
        if (!outcomes.stream().allMatch(Looks::isAsJournalled)) {
            forget(run);
        } else if (!planned.recalled()) {
            jdbc.sql("update sync_state set looked_at = ?, looked_settings = ?, looked_account = ?, looked_aside = ?"
                            + " where sync_id = ?")
                    .params(
                            Timestamp.from(run.startedAt()),
                            last.settingsNow() == null ? null : Timestamp.from(last.settingsNow()),
                            accountId,
                            String.join(SEPARATOR, Recall.unwanted(planned.input())),
                            run.syncId())
                    .update();
        }
    }

    private static boolean isAsJournalled(Outcome outcome) {
        return switch (outcome.result()) {
            case SUCCEEDED, UNCHANGED -> true;
            case SKIPPED -> HARMLESS.contains(outcome.errorCode());
            case FAILED -> false;
        };
    }

    /** The next run looks at everything. */
    public void forget(Run run) {
        jdbc.sql("update sync_state set looked_at = null where sync_id = ? and looked_at is not null")
                .param(run.syncId())
                .update();
    }

    private static Set<String> names(String joined) {
        return joined == null || joined.isEmpty() ? Set.of() : Set.of(joined.split(SEPARATOR));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
