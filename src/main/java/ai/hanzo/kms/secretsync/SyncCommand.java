package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.runs.OnlyRequestedRuns;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Syncs once and ends, for CI jobs. */
@Command(
        name = "sync",
        description = {
            "Makes what the configuration files say, runs every sync once, and ends. No port is opened and nothing is polled.",
            "Settings and database are those of the service. On PostgreSQL the service may go on meanwhile: no sync runs"
                    + " twice at a time, whichever of them runs it. The embedded database is one process's: keep its"
                    + " directory from one job to the next, for it knows what the syncs own."
        },
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = Commands.USAGE,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done, or nothing to do",
            "1:a sync failed or is paused, a file has mistakes, or it could not start",
            "2:with --dry-run: there is something to do",
            "64:the command was not understood, or there is no sync of a name"
        })
final class SyncCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--once", required = true, description = "Required. To go on syncing, start the service.")
    private boolean once;

    @Option(
            names = "--dry-run",
            description = "Only shows what would be done, by names. Nothing is written: not in AWS, not in the KMS, not"
                    + " the status of a sync, and what the files say is not stored.")
    private boolean dryRun;

    @Option(
            names = "--sync",
            paramLabel = "NAME",
            description =
                    "Only this sync, of whatever project; can be given more than once. All files are applied all the"
                            + " same.")
    private Set<String> names = new LinkedHashSet<>();

    @Override
    public Integer call() {
        if (names.stream().anyMatch(name -> !name.matches("[a-z0-9-]+"))) {
            throw new ParameterException(
                    spec.commandLine(), "The name of a sync has only lowercase letters, numbers and hyphens");
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("camel.main.routes-exclude-pattern", "**/api.camel.yaml,**/webhook.camel.yaml");
        // It serves requests.
        settings.put("spring.autoconfigure.exclude", SpringBootPlatformHttpAutoConfiguration.class.getName());
        settings.put("logging.level.root", "warn");
        // The table says it.
        settings.put("logging.level.ai.hanzo.kms.secretsync.runs.Runs", "error");
        if (dryRun) {
            settings.put("secret-sync.dry-run", "true");
            settings.put("spring.quartz.job-store-type", "memory");
        } else {
            settings.put(
                    "spring.quartz.properties.org.quartz.jobStore.driverDelegateClass",
                    OnlyRequestedRuns.class.getName());
            settings.put(
                    "spring.quartz.properties.org.quartz.jobStore.driverDelegateInitString", String.join(",", names));
        }
        SyncReport report = new SyncReport(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                dryRun,
                System.console() == null ? null : new ProgressBarBuilder());
        report.starting();
        ConfigurableApplicationContext context = Commands.start(SecretSyncApplication.class, settings);
        if (context == null) {
            return ExitCode.SOFTWARE;
        }
        try (context) {
            return dryRun
                    ? context.getBean(DryRun.class).run(names, report)
                    : context.getBean(SyncOnce.class).run(names, report);
        }
    }
}
