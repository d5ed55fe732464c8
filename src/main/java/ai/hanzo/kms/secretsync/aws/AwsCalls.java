package ai.hanzo.kms.secretsync.aws;

import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Counts requests to AWS for whoever makes them, each attempt once. Our clients send on the calling thread, so that a run counts
 * what its threads send: each of them says for whom before it calls.
 */
public class AwsCalls implements ExecutionInterceptor {
    private final ThreadLocal<LongAdder> counters = new ThreadLocal<>();

    /** From now on this thread counts here. */
    public void countFor(LongAdder counter) {
        counters.set(counter);
    }

    /** The same work, on whatever thread, counted for the thread that asks for it here. */
    Runnable forThisThread(Runnable work) {
        LongAdder counter = counters.get();
        return () -> {
            countFor(counter);
            work.run();
        };
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        LongAdder counter = counters.get();
        if (counter != null) {
            counter.increment();
        }
    }
}
