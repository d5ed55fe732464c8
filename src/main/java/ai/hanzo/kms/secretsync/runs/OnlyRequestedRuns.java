package ai.hanzo.kms.secretsync.runs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.quartz.Scheduler;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.spi.ClassLoadHelper;
import org.slf4j.Logger;

/**
 * The scheduler of an instance that is to do nothing but the syncs that are asked for: no polls, no drift checks, no retries. It is
 * one of the cluster all the same, so that no sync runs twice at a time, and what it leaves undone others do.
 */
public final class OnlyRequestedRuns extends PostgreSQLDelegate {
    private List<String> names = List.of();

    /**
     * @param named names of the only syncs that are to run, with commas between them; null or empty for all
     */
    @Override
    public void initialize(
            Logger logger,
            String tablePrefix,
            String schedulerName,
            String instanceId,
            ClassLoadHelper classLoadHelper,
            boolean useProperties,
            String named)
            throws org.quartz.impl.jdbcjobstore.NoSuchDelegateException {
        super.initialize(logger, tablePrefix, schedulerName, instanceId, classLoadHelper, useProperties, null);
        names = named == null || named.isEmpty() ? List.of() : Arrays.asList(named.split(","));
    }

    @Override
    public List<TriggerKey> selectTriggerToAcquire(
            Connection connection, long noLaterThan, long noEarlierThan, int maxCount) throws SQLException {
        String named = names.isEmpty()
                ? ""
                : " AND JOB_NAME IN (SELECT CAST(ID AS VARCHAR(36)) FROM SECRET_SYNC WHERE NAME IN ("
                        + String.join(", ", Collections.nCopies(names.size(), "?")) + "))";
        String sql = rtp(SELECT_NEXT_TRIGGER_TO_ACQUIRE)
                .replace(" ORDER BY ", " AND JOB_GROUP = ? AND TRIGGER_GROUP IN (?, ?)" + named + " ORDER BY ");
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            List<Object> parameters = new ArrayList<>(List.of(
                    STATE_WAITING,
                    noLaterThan,
                    noEarlierThan,
                    Scheduling.RUNS,
                    Scheduling.RUNS + "-" + RunAction.SYNC.word(),
                    // What an instance left that was stopped in the middle.
                    Scheduler.DEFAULT_RECOVERY_GROUP));
            parameters.addAll(names);
            for (int i = 0; i < parameters.size(); i++) {
                select.setObject(i + 1, parameters.get(i));
            }
            select.setMaxRows(maxCount);
            List<TriggerKey> next = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next() && next.size() < maxCount) {
                    next.add(new TriggerKey(rows.getString(COL_TRIGGER_NAME), rows.getString(COL_TRIGGER_GROUP)));
                }
            }
            return next;
        }
    }
}
