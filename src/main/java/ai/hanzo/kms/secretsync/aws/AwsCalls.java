package ai.hanzo.kms.secretsync.aws;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Knows for whom a thread calls AWS, and counts the requests, each attempt once. Our clients send on the calling thread, so that a
 * run counts what its threads send: each of them says for whom before it calls.
 */
public class AwsCalls implements ExecutionInterceptor {
    private final ThreadLocal<Work> work = new ThreadLocal<>();

    private record Work(LongAdder counter, String destination, boolean urgent) {}

    /**
     * From now on this thread calls for this.
     *
     * @param counter of its calls
     * @param destination whose calls do not hold up those of others, such as {@link AwsClients#clientName}
     * @param urgent whether somebody waits for what it does: such calls go before others
     */
    public void work(LongAdder counter, String destination, boolean urgent) {
        work.set(new Work(counter, destination, urgent));
    }

    /** The same work, on whatever thread, done for whom the thread that asks for it here calls. */
    Runnable forThisThread(Runnable task) {
        Work mine = work.get();
        return () -> {
            work.set(mine);
            try {
                task.run();
            } finally {
                work.remove();
            }
        };
    }

    /** For which destination this thread calls; empty where it has not said. */
    String destination() {
        return Optional.ofNullable(work.get()).map(Work::destination).orElse("");
    }

    /** Whether what this thread does goes first: where it has not said, somebody asked through the API. */
    boolean areUrgent() {
        return Optional.ofNullable(work.get()).map(Work::urgent).orElse(true);
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        Work mine = work.get();
        if (mine != null) {
            mine.counter().increment();
        }
    }
}
