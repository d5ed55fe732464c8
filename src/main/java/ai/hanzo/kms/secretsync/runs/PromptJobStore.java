package ai.hanzo.kms.secretsync.runs;

import org.quartz.JobPersistenceException;
import org.springframework.scheduling.quartz.LocalDataSourceJobStore;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Quartz's store within Spring's transactions, with one difference: it also wakes the scheduler once a transaction has been
 * committed. Quartz itself wakes it before that; where the scheduler is quicker than the commit, it sees nothing new and sleeps
 * on, so that what should happen now would happen up to 30 seconds later.
 */
// The signature is Quartz's own.
@SuppressWarnings({"rawtypes", "unchecked"})
public final class PromptJobStore extends LocalDataSourceJobStore {
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
