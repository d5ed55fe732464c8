package ai.hanzo.kms.secretsync.runs;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.quartz.JobPersistenceException;
import org.quartz.SchedulerConfigException;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.spi.SchedulerSignaler;
import org.quartz.spi.ThreadExecutor;
import org.springframework.scheduling.quartz.LocalDataSourceJobStore;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Quartz's store within Spring's transactions, with two differences. It also wakes the scheduler once a transaction has been
 * committed. Quartz itself wakes it before that; where the scheduler is quicker than the commit, it sees nothing new and sleeps
 * on, so that what should happen now would happen up to 30 seconds later. And where Quartz only tells its threads that use the
 * database to stop, this waits for them.
 */
// The signature is Quartz's own.
@SuppressWarnings({"rawtypes", "unchecked"})
public final class PromptJobStore extends LocalDataSourceJobStore {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    @Override
    public void initialize(ClassLoadHelper classes, SchedulerSignaler signaler) throws SchedulerConfigException {
        setThreadExecutor(new ThreadExecutor() {
            @Override
            public void initialize() {}

            @Override
            public void execute(Thread thread) {
                threads.add(thread);
                thread.start();
            }
        });
        super.initialize(classes, signaler);
    }

    @Override
    public void shutdown() {
        super.shutdown();
        try {
            for (Thread thread : threads) {
                thread.join(STOPS_WITHIN.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected Object executeInLock(String lockName, TransactionCallback work) throws JobPersistenceException {
        Object result = super.executeInLock(lockName, work);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    signalSchedulingChangeImmediately(0L);
                }
            });
        }
        return result;
    }
}
