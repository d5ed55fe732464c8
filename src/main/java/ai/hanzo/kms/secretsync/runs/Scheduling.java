package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Origin;
import ai.hanzo.kms.secretsync.sync.Source;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzHelper;
import org.apache.camel.component.quartz.StatefulCamelJob;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps Quartz's jobs in step with the syncs: one durable job per sync, which fires the route {@code run}, and one per
 * followed source, which fires the route {@code poll} at every interval and when the KMS says that something changed.
 *
 * <p>Every method must be called in a transaction: Quartz's store takes part in it, and without one it would commit each of
 * its statements by itself and lose its locks in between.
 */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class Scheduling {
    static final String SYNC_ID = "syncId";
    static final String RUNS = "runs";
    static final String SOURCES = "sources";
    private static final String NOTICES = "notices";
    static final String RETRIES = "retries";
    static final String DRIFT = "drift";
    /** Later than anything that is ever due. */
    private static final Instant HELD = Instant.parse("2999-01-01T00:00:00Z");

    private final Scheduler scheduler;
    private final CamelContext camel;
    private final RunProperties properties;
    private final Clock clock;

    Scheduling(Scheduler scheduler, CamelContext camel, RunProperties properties, Clock clock) {
        this.scheduler = scheduler;
        this.camel = camel;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Does what is asked as soon as no other run of the sync is under way. The same kind of thing, asked for again before that
     * run begins, is still one run; what was asked last counts.
     */
    void runNow(UUID syncId, RunRequest request) {
        trigger(RUNS + "-" + request.kind(), syncId, request, clock.instant());
    }

    /** Does it once more after a while. */
    void runLater(UUID syncId, RunRequest request, Duration delay) {
        trigger(RETRIES, syncId, request, clock.instant().plus(delay));
    }

    /** Groups of triggers that are never for an action. */
    static Set<String> groupsOfOthers(RunAction action) {
        return action == RunAction.SYNC ? Set.of(DRIFT) : Set.of(DRIFT, RETRIES, RUNS + "-" + RunAction.SYNC.word());
    }

    private void trigger(String group, UUID syncId, RunRequest request, Instant at) {
        inQuartz(() -> {
            Trigger trigger = TriggerBuilder.newTrigger()
                    .withIdentity(syncId.toString(), group)
                    .forJob(jobOf(syncId))
                    .usingJobData(request.toData())
                    .startAt(Date.from(at))
                    .build();
            put(trigger);
        });
    }

    /** The job of a sync, made where there is none. */
    private JobKey jobOf(UUID syncId) throws SchedulerException {
        JobKey job = new JobKey(syncId.toString(), RUNS);
        if (!scheduler.checkExists(job)) {
            scheduler.addJob(
                    job("run", job, true)
                            .usingJobData(SYNC_ID, syncId.toString())
                            .build(),
                    false);
        }
        return job;
    }

    /** Looks at the destination of a sync at every interval from now on. */
    public void checkDrift(UUID syncId) {
        inQuartz(() -> {
            TriggerKey key = new TriggerKey(syncId.toString(), DRIFT);
            JobDataMap request = RunRequest.sync(RunReason.DRIFT, Origin.SYSTEM).toData();
            repeat(key, jobOf(syncId), properties.driftInterval(), request);
        });
    }

    /** Its destination is looked at only when somebody asks. */
    public void ignoreDrift(UUID syncId) {
        inQuartz(() -> scheduler.unscheduleJob(new TriggerKey(syncId.toString(), DRIFT)));
    }

    /** Keeps a request until {@link #release}. */
    void hold(UUID syncId, RunRequest request) {
        trigger(RUNS + "-" + request.kind(), syncId, request, HELD);
    }

    /** What was kept of a sync is done now. */
    void release(UUID syncId) {
        inQuartz(() -> {
            for (Trigger trigger : scheduler.getTriggersOfJob(new JobKey(syncId.toString(), RUNS))) {
                if (HELD.equals(trigger.getStartTime().toInstant())) {
                    put(trigger.getTriggerBuilder()
                            .startAt(Date.from(clock.instant()))
                            .build());
                }
            }
        });
    }

    /** There is nothing to try again. */
    public void cancelRetry(UUID syncId) {
        inQuartz(() -> scheduler.unscheduleJob(new TriggerKey(syncId.toString(), RETRIES)));
    }

    /** A deleted sync runs no more. */
    public void forget(UUID syncId) {
        inQuartz(() -> scheduler.deleteJob(new JobKey(syncId.toString(), RUNS)));
    }

    /** Polls exactly these sources from now on. */
    public void followOnly(Set<Source> sources) {
        inQuartz(() -> {
            Set<JobKey> superfluous = new HashSet<>(scheduler.getJobKeys(GroupMatcher.jobGroupEquals(SOURCES)));
            for (Source source : sources) {
                superfluous.remove(jobOf(source));
                followInQuartz(source);
            }
            for (JobKey job : superfluous) {
                scheduler.deleteJob(job);
            }
        });
    }

    public void follow(Source source) {
        inQuartz(() -> followInQuartz(source));
    }

    public void unfollow(Source source) {
        inQuartz(() -> scheduler.deleteJob(jobOf(source)));
    }

    /** Asks whether the source changed as soon as nobody else is asking; does nothing where the source is not followed. */
    void pollNow(Source source) {
        inQuartz(() -> {
            JobKey job = jobOf(source);
            if (scheduler.checkExists(job)) {
                put(TriggerBuilder.newTrigger()
                        .withIdentity(job.getName(), NOTICES)
                        .forJob(job)
                        .startAt(Date.from(clock.instant()))
                        .build());
            }
        });
    }

    private void followInQuartz(Source source) throws SchedulerException {
        JobKey key = jobOf(source);
        if (!scheduler.checkExists(key)) {
            scheduler.addJob(
                    job("poll", key, false)
                            .usingJobData("projectId", source.projectId())
                            .usingJobData("environment", source.environment())
                            .usingJobData("secretPath", source.pattern())
                            .build(),
                    false);
        }
        repeat(new TriggerKey(key.getName(), SOURCES), key, properties.pollInterval(), new JobDataMap());
    }

    /** Fires a job at every interval; what is due at that interval already stays as it is. */
    private void repeat(TriggerKey key, JobKey job, Duration every, JobDataMap data) throws SchedulerException {
        long interval = every.toMillis();
        if (scheduler.getTrigger(key) instanceof SimpleTrigger existing && existing.getRepeatInterval() == interval) {
            return;
        }
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(key)
                .forJob(job)
                .usingJobData(data)
                // What is followed from the same moment on is not all done at the same moment.
                .startAt(Date.from(
                        clock.instant().plusMillis(ThreadLocalRandom.current().nextLong(interval))))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                        .withIntervalInMilliseconds(interval)
                        .repeatForever()
                        .withMisfireHandlingInstructionNextWithRemainingCount())
                .build();
        put(trigger);
    }

    /**
     * Stores a trigger in place of the one of the same name. A trigger that has fired stays until its run ends; replacing it
     * is how the next run is remembered. Replacing comes first because it takes Quartz's lock, in which nobody else can add it
     * in between.
     */
    private void put(Trigger trigger) throws SchedulerException {
        if (scheduler.rescheduleJob(trigger.getKey(), trigger) == null) {
            scheduler.scheduleJob(trigger);
        }
    }

    static JobKey jobOf(Source source) {
        String name = source.projectId() + "/" + source.environment() + source.pattern();
        // Quartz's column holds 200 characters.
        return new JobKey(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(), SOURCES);
    }

    /** A job that fires a route whose consumer is {@code quartz:} - one at a time for each job, in the whole cluster. */
    private JobBuilder job(String route, JobKey key, boolean recovered) {
        JobDetail fired =
                JobBuilder.newJob(StatefulCamelJob.class).withIdentity(key).build();
        QuartzHelper.updateJobDataMap(
                camel, fired, camel.getRoute(route).getEndpoint().getEndpointUri());
        return fired.getJobBuilder().storeDurably().requestRecovery(recovered);
    }

    private interface QuartzCall {
        void run() throws SchedulerException;
    }

    private static void inQuartz(QuartzCall call) {
        try {
            call.run();
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz could not store what is due", e);
        }
    }
}
