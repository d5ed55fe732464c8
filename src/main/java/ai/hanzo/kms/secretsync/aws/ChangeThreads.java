package ai.hanzo.kms.secretsync.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that call AWS, so many for each destination: one that AWS throttles keeps its own threads waiting and no others. What
 * is done on them is done for whom the thread that asks for it calls.
 */
public final class ChangeThreads extends AbstractExecutorService {
    private static final long IDLE_SECONDS = 10;

    private final AwsCalls calls;
    private final int perDestination;
    private final Map<String, ThreadPoolExecutor> pools = new ConcurrentHashMap<>();
    private volatile boolean shutdown;

    /**
     * @param perDestination as many calls as are under way at once
     */
    public ChangeThreads(AwsCalls calls, int perDestination) {
        this.calls = calls;
        this.perDestination = perDestination;
    }

    @Override
    public void execute(Runnable task) {
        pools.computeIfAbsent(calls.destination(), destination -> pool()).execute(calls.forThisThread(task));
    }

    private ThreadPoolExecutor pool() {
        if (shutdown) {
            throw new RejectedExecutionException("The service stops");
        }
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                perDestination, perDestination, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public void shutdown() {
        shutdown = true;
        pools.values().forEach(ThreadPoolExecutor::shutdown);
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> waiting = new ArrayList<>();
        pools.values().forEach(pool -> waiting.addAll(pool.shutdownNow()));
        return waiting;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && pools.values().stream().allMatch(ThreadPoolExecutor::isTerminated);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        for (ThreadPoolExecutor pool : pools.values()) {
            if (!pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return shutdown;
    }
}
