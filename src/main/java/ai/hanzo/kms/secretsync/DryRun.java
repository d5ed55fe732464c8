package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.FileRequests.Connection;
import ai.hanzo.kms.secretsync.FileRequests.Requests;
import ai.hanzo.kms.secretsync.FileRequests.Sync;
import ai.hanzo.kms.secretsync.SyncReport.Row;
import ai.hanzo.kms.secretsync.kms.SourceLocation;
import ai.hanzo.kms.secretsync.runs.FailureExplainer.Explanation;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import picocli.CommandLine.ExitCode;

/**
 * Shows what a run of each sync would do. A sync that the files change is looked at as it would be then: it is stored, looked at,
 * and the transaction rolled back. Nothing is run, whatever asks for it: the scheduler is in memory, and never started.
 */
@Component
@ConditionalOnProperty("secret-sync.dry-run")
class DryRun {
    private static final int CHANGES = 2;

    private final CommandSyncs syncs;
    private final FileLifecycle files;
    private final ProducerTemplate routes;
    private final Failures failures;
    private final TransactionTemplate transactions;

    DryRun(
            CommandSyncs syncs,
            FileLifecycle files,
            ProducerTemplate routes,
            Failures failures,
            PlatformTransactionManager transactions) {
        this.syncs = syncs;
        this.files = files;
        this.routes = routes;
        this.failures = failures;
        this.transactions = new TransactionTemplate(transactions);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("secret-sync.dry-run")
    static class Database {
        /** An empty database is made ready; one that is in use is brought up to date by the service. */
        @Bean
        FlywayMigrationStrategy onlyWhatIsEmpty() {
            return flyway -> {
                if (flyway.info().current() == null) {
                    flyway.migrate();
                } else if (flyway.info().pending().length > 0) {
                    throw new FlywayException(
                            "it is of an earlier version. Start the service of this version first, or sync without"
                                    + " --dry-run");
                }
            };
        }
    }

    /**
     * @param names of the only syncs to look at; empty for all
     * @return the exit code
     */
    int run(Set<String> names, SyncReport report) {
        return syncs.reported(names, report, () -> {
            Requests wanted = files.read();
            Map<Source, SourceLocation> locations = files.isStored(wanted) ? Map.of() : files.locate(wanted);
            List<Sync> changed = wanted.syncs().stream()
                    .filter(sync -> !files.isStored(subset(sync, wanted)))
                    .toList();
            List<Connection> changedConnections = wanted.connections().stream()
                    .filter(connection -> !files.isStored(new Requests(List.of(connection), List.of(), List.of())))
                    .toList();
            changedConnections.forEach(connection -> report.line("The connection \""
                    + connection.request().name() + "\" would be stored as " + connection.entry() + " says"));
            changed.forEach(sync -> report.line(
                    "The sync \"" + sync.request().name() + "\" would be stored as " + sync.entry() + " says"));
            Set<UUID> seen = new HashSet<>();
            try (report) {
                changed.stream()
                        .filter(sync ->
                                names.isEmpty() || names.contains(sync.request().name()))
                        .forEach(sync -> transactions.executeWithoutResult(status -> {
                            status.setRollbackOnly();
                            files.apply(subset(sync, wanted), locations);
                            seen.add(files.stored(sync).orElseThrow().id());
                            look(files.stored(sync).orElseThrow(), report);
                        }));
                syncs.stored(names).stream()
                        .filter(sync -> !seen.contains(sync.id()))
                        .forEach(sync -> look(sync, report));
            }
            if (report.failed()) {
                return ExitCode.SOFTWARE;
            }
            return report.changes() || !changed.isEmpty() || !changedConnections.isEmpty() ? CHANGES : ExitCode.OK;
        });
    }

    /** One sync, and the connection that it needs. */
    private static Requests subset(Sync sync, Requests all) {
        List<Connection> needed = all.connections().stream()
                .filter(connection -> sync.connections().contains(connection.key()))
                .toList();
        return new Requests(needed, List.of(sync), List.of());
    }

    private void look(SavedSync sync, SyncReport report) {
        Exchange looked = routes.request("direct:preview", exchange -> exchange.setVariable("syncId", sync.id()));
        if (looked.getException() != null) {
            Explanation why = failures.explain(looked.getException());
            report.add(
                    Row.failed(sync.name(), why.remedy() == null ? why.message() : why.message() + " " + why.remedy()));
            return;
        }
        Plan plan = looked.getVariable("plan", Plan.class);
        report.add(Row.of(sync.name(), plan));
        report.plan(plan);
    }
}
