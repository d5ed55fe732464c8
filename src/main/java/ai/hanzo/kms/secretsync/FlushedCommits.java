package ai.hanzo.kms.secretsync;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Makes a commit in the embedded database last, as one in PostgreSQL does. H2 writes commits to its file up to half a second
 * later: a crash would take with it what had been answered, or what is known of a value that AWS already has. Its own setting
 * for that, {@code WRITE_DELAY=0}, also stops the cleaning of the file, which then grows without end.
 */
@Component
class FlushedCommits implements TransactionExecutionListener {
    private final boolean embedded;
    private final ObjectProvider<JdbcTemplate> jdbc;
    private final AtomicLong committed = new AtomicLong();
    private final Object flushing = new Object();
    private long flushed;

    FlushedCommits(DataSourceProperties database, ObjectProvider<JdbcTemplate> jdbc) {
        this.embedded = Wiring.isEmbedded(database);
        this.jdbc = jdbc;
    }

    /** Commits that come while the file is being written wait for that, and share the next writing of it. */
    @Override
    public void afterCommit(TransactionExecution transaction, Throwable failure) {
        if (!embedded || failure != null) {
            return;
        }
        long mine = committed.incrementAndGet();
        synchronized (flushing) {
            if (flushed < mine) {
                long all = committed.get();
                jdbc.getObject().execute("checkpoint sync");
                flushed = all;
            }
        }
    }
}
