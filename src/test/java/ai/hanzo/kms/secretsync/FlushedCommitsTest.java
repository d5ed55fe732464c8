package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.jdbc.core.JdbcTemplate;

/** Every commit waits until the file has been written after it; those that come together share one writing. */
class FlushedCommitsTest {
    private final AtomicInteger flushes = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void commitsThatComeDuringAWritingShareTheNextOne() throws InterruptedException {
        FlushedCommits commits = commits("jdbc:h2:mem:flushed");
        Thread first = committing(commits);
        begun.await();
        List<Thread> others =
                Stream.generate(() -> committing(commits)).limit(5).toList();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> others.stream().allMatch(thread -> thread.getState() == Thread.State.BLOCKED));

        assertThat(flushes)
                .as("the one under way, which is too early for the others")
                .hasValue(1);
        mayEnd.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }

        assertThat(flushes).hasValue(2);
    }

    @Test
    void aCommitThatComesLaterHasAWritingOfItsOwn() {
        mayEnd.countDown();
        FlushedCommits commits = commits("jdbc:h2:mem:flushed");

        commits.afterCommit(null, null);
        commits.afterCommit(null, null);

        assertThat(flushes).hasValue(2);
    }

    @Test
    void whatFailedOrIsNotEmbeddedIsNotWritten() {
        mayEnd.countDown();

        commits("jdbc:h2:mem:flushed").afterCommit(null, new IllegalStateException());
        commits("jdbc:postgresql://host/database").afterCommit(null, null);

        assertThat(flushes).hasValue(0);
    }

    private static Thread committing(FlushedCommits commits) {
        Thread thread = new Thread(() -> commits.afterCommit(null, null));
        thread.start();
        return thread;
    }

    private FlushedCommits commits(String url) {
        DataSourceProperties database = new DataSourceProperties();
        database.setUrl(url);
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("jdbc", new JdbcTemplate() {
            @Override
            public void execute(String statement) {
                assertThat(statement).isEqualTo("checkpoint sync");
                flushes.incrementAndGet();
                begun.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        return new FlushedCommits(database, beans.getBeanProvider(JdbcTemplate.class));
    }
}
