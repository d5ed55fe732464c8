package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.quartz.JobDataMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What each followed source looked like when it was last asked. */
@Component("sourceStates")
public class SourceStates {
    private static final Logger LOG = LoggerFactory.getLogger(SourceStates.class);

    private final JdbcClient jdbc;
    private final Runs runs;
    private final Scheduling scheduling;
    private final FailureExplainer explainer;

    SourceStates(JdbcClient jdbc, Runs runs, Scheduling scheduling, FailureExplainer explainer) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.scheduling = scheduling;
        this.explainer = explainer;
    }

    /** The source that a poll's job is about. */
    public Source of(JobDataMap job) {
        return Source.ofPattern(job.getString("projectId"), job.getString("environment"), job.getString("secretPath"));
    }

    /** For the conditional request; null where it was never read. */
    public String etag(Source source) {
        return jdbc.sql("select etag from source_state where project_id = ? and environment = ? and secret_path = ?")
                .params(source.projectId(), source.environment(), source.pattern())
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** What the KMS called the content that each of these syncs has last acted upon; none for one that has not yet. */
    public Map<UUID, String> actedUpon(Collection<UUID> syncIds) {
        return syncIds.isEmpty()
                ? Map.of()
                : jdbc
                        .sql(
                                "select sync_id, source_etag from sync_state where sync_id in (:ids) and source_etag is not null")
                        .param("ids", syncIds)
                        .query((row, number) ->
                                Map.entry(row.getObject("sync_id", UUID.class), row.getString("source_etag")))
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * The source has changed: its syncs are asked to run, unless they have acted upon just this content already, and only together
     * with that the new state is remembered, so that no change is lost in between.
     *
     * <p>Whether a first sync that is importing into the source has seen it like this is known only when it has read it again, and
     * then this is asked for once more (route {@code initial-import}); so nothing is remembered until then. Nor is it where a run
     * has acted upon other content since the poll began, which may be older than this or newer: the source is polled again.
     *
     * @param syncIds of all syncs that follow the source
     * @param before {@link #actedUpon} before the source was read
     */
    @Transactional
    public void changed(Source source, SourceSnapshot now, Collection<UUID> syncIds, Map<UUID, String> before) {
        List<Follower> news = followers(syncIds).stream()
                .filter(follower -> follower.importing() || !follower.hasActedUpon(now))
                .toList();
        Predicate<Follower> overtaken =
                follower -> !follower.importing() && !Objects.equals(follower.etag(), before.get(follower.syncId()));
        runs.requestAll(
                news.stream()
                        .filter(follower -> !follower.importing() && !overtaken.test(follower))
                        .map(Follower::syncId)
                        .toList(),
                RunReason.CHANGE);
        if (news.stream().anyMatch(overtaken)) {
            scheduling.pollNow(source);
        } else if (news.stream().noneMatch(Follower::importing)) {
            remember(source, now);
        }
    }

    /**
     * A sync of a source.
     *
     * @param etag what the KMS called the content that it has last acted upon
     * @param importing whether its first run is writing into the source
     */
    private record Follower(UUID syncId, String etag, boolean importing) {
        boolean hasActedUpon(SourceSnapshot content) {
            return etag != null && etag.equals(content.etag());
        }
    }

    /** Held until the end of the transaction: what {@link #taken} says is either known here or finds what is remembered here. */
    private List<Follower> followers(Collection<UUID> syncIds) {
        return syncIds.isEmpty()
                ? List.of()
                : jdbc.sql(
                                "select sync_id, source_etag, source_importing, sync_status from sync_state where sync_id in (:ids)"
                                        + " order by sync_id for update")
                        .param("ids", syncIds)
                        .query((row, number) -> new Follower(
                                row.getObject("sync_id", UUID.class),
                                row.getString("source_etag"),
                                row.getBoolean("source_importing")
                                        && RunStatus.RUNNING.word().equals(row.getString("sync_status"))))
                        .list();
    }

    private void remember(Source source, SourceSnapshot now) {
        forget(source);
        jdbc.sql("insert into source_state (project_id, environment, secret_path, etag) values (?, ?, ?, ?)")
                .param(source.projectId())
                .param(source.environment())
                .param(source.pattern())
                .param(now.etag())
                .update();
        for (Source imported : now.imports()) {
            jdbc.sql(
                            "insert into source_import (project_id, environment, secret_path, imported_environment, imported_path)"
                                    + " values (?, ?, ?, ?, ?)")
                    .params(
                            source.projectId(),
                            source.environment(),
                            source.pattern(),
                            imported.environment(),
                            imported.secretPath())
                    .update();
        }
    }

    private void forget(Source source) {
        for (String table : List.of("source_state", "source_import")) {
            jdbc.sql("delete from " + table + " where project_id = ? and environment = ? and secret_path = ?")
                    .params(source.projectId(), source.environment(), source.pattern())
                    .update();
        }
    }

    /** The first run of a sync is about to write into its source. */
    public void importing(Run run) {
        jdbc.sql("update sync_state set source_importing = true where sync_id = ?")
                .param(run.syncId())
                .update();
    }

    /**
     * A run acts upon its source as it has just read it: to its sync that content is no news any more, for what fails is tried
     * again, or waits for other content. What the last poll saw is then news, should the source be like that again: the next poll
     * asks without a condition.
     */
    @Transactional
    public void taken(Run run, Source source, SourceSnapshot now) {
        jdbc.sql("update sync_state set source_etag = ?, source_importing = false where sync_id = ?")
                .param(now.etag())
                .param(run.syncId())
                .update();
        jdbc.sql("update source_state set etag = null"
                        + " where project_id = ? and environment = ? and secret_path = ? and etag <> ?")
                .param(source.projectId())
                .param(source.environment())
                .param(source.pattern())
                .param(now.etag())
                .update();
    }

    /**
     * Where a change in a folder shows: there, in whatever it is a folder below of, and wherever it was imported when that was last
     * read. What merely
     * refers to one of its secrets is not known here; of such folders the KMS sends notices of their own.
     */
    public Set<Source> showing(Source folder) {
        Set<Source> sources = new LinkedHashSet<>();
        sources.add(folder);
        for (String path = folder.secretPath(); ; path = path.substring(0, Math.max(1, path.lastIndexOf('/')))) {
            sources.add(new Source(folder.projectId(), folder.environment(), path, true));
            if (path.equals("/")) {
                break;
            }
        }
        sources.addAll(jdbc.sql("select project_id, environment, secret_path from source_import"
                        + " where project_id = ? and imported_environment = ? and imported_path = ?")
                .params(folder.projectId(), folder.environment(), folder.secretPath())
                .query((row, number) -> Source.ofPattern(row.getString(1), row.getString(2), row.getString(3)))
                .list());
        return sources;
    }

    /** Asks for a poll of those of these sources that are followed; asked again before it begins, it is one poll. */
    @Transactional
    public void pollNow(Collection<Source> sources) {
        sources.forEach(scheduling::pollNow);
    }

    /** A source could not be asked. Its syncs stay as they are. */
    public void unavailable(Source source, Throwable failure) {
        LOG.warn(
                "Could not ask the KMS about {}: {}",
                source,
                explainer.explain(failure).message());
    }
}
