package ai.hanzo.kms.secretsync;

import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets what is under way end when the service stops: after the last request has been answered, since that may still ask for a
 * run, and before Camel stops. A job that is fired without Camel's routes would be over with nothing done.
 *
 * <p>How long that may take is {@code spring.lifecycle.timeout-per-shutdown-phase}. What is not done by then is taken up by
 * another instance, or at the next start.
 */
@Component
class LastRuns implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LastRuns.class);

    private final ObjectProvider<Scheduler> scheduler;
    private volatile boolean running;

    /**
     * @param scheduler looked up when it is stopped: what is injected with a bean that has a phase is stopped in that bean's phase,
     *     here the very first, and nobody waits for it there
     */
    LastRuns(ObjectProvider<Scheduler> scheduler) {
        this.scheduler = scheduler;
    }

    /** After the web server's last answers, before its end and Camel's. */
    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 1;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void stop() {
        try {
            // Standby would not wait for a job that is just being fired.
            scheduler.getObject().shutdown(true);
        } catch (SchedulerException e) {
            LOG.warn("The scheduler could not be stopped; what it does is taken up at the next start", e);
        }
        running = false;
    }

    @Override
    public void stop(Runnable callback) {
        new Thread(
                        () -> {
                            stop();
                            callback.run();
                        },
                        "last-runs")
                .start();
    }
}
