package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Source;
import java.util.Collection;
import java.util.UUID;
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
    private final FailureExplainer explainer;

    SourceStates(JdbcClient jdbc, Runs runs, FailureExplainer explainer) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.explainer = explainer;
    }

    /** The source that a poll's job is about. */
    public Source of(JobDataMap job) {
        return new Source(job.getString("projectId"), job.getString("environment"), job.getString("secretPath"));
    }

    /** For the conditional request; null where it was never read. */
    public String etag(Source source) {
        return jdbc.sql("select etag from source_state where project_id = ? and environment = ? and secret_path = ?")
                .params(source.projectId(), source.environment(), source.secretPath())
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /**
     * The source has changed: its syncs are asked to run, and only together with that the new state is remembered, so that
     * no change is lost in between.
     */
    @Transactional
    public void changed(Source source, String etag, Collection<UUID> syncIds) {
        runs.requestAll(syncIds, RunReason.CHANGE);
        jdbc.sql("delete from source_state where project_id = ? and environment = ? and secret_path = ?")
                .params(source.projectId(), source.environment(), source.secretPath())
                .update();
        jdbc.sql("insert into source_state (project_id, environment, secret_path, etag) values (?, ?, ?, ?)")
                .param(source.projectId())
                .param(source.environment())
                .param(source.secretPath())
                .param(etag)
                .update();
    }

    /**
     * A run has written into a source and read it again: what it wrote is no news for its own sync, and is for the others.
     *
     * @param syncIds of all syncs that follow the source
     */
    @Transactional
    public void changedBy(Run run, Source source, String etag, Collection<UUID> syncIds) {
        if (etag != null && !etag.equals(etag(source))) {
            changed(
                    source,
                    etag,
                    syncIds.stream().filter(id -> !id.equals(run.syncId())).toList());
        }
    }

    /** A source could not be asked. Its syncs stay as they are. */
    public void unavailable(Source source, Throwable failure) {
        LOG.warn(
                "Could not ask the KMS about {}: {}",
                source,
                explainer.explain(failure).message());
    }
}
