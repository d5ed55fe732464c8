package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.audit.AuditConfiguration;
import ai.hanzo.kms.secretsync.aws.AwsConfiguration;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.connections.EncryptionConfiguration;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.data.jdbc.JdbcRepositoriesAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What can be done with the jar besides running the service. A command starts only what it needs, does one thing and ends: with 0
 * if that went well, 1 if not, 64 ({@code EX_USAGE} of sysexits.h) if it was not understood.
 */
@Command(
        name = "java -jar kms-secret-sync.jar",
        description = "Without a command, the service is started. Settings are the same environment variables.",
        synopsisSubcommandLabel = "[COMMAND]",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        exitCodeOnInvalidInput = Commands.USAGE,
        subcommands = {SyncCommand.class, EncryptionCommands.class, AuditCommands.class})
final class Commands {
    private static final Set<String> HELP = Set.of("--help", "-h", "--version", "-V", "help");

    /** The command line was not understood. Not picocli's 2, which is something to do in a dry run. */
    static final int USAGE = 64;

    private Commands() {}

    /** Whether a command is given; options of two dashes are otherwise settings of the service. */
    static boolean given(String... arguments) {
        return arguments.length > 0 && (!arguments[0].startsWith("--") || HELP.contains(arguments[0]));
    }

    /** The exit code of the command. */
    static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Commands()).setParameterExceptionHandler((wrong, arguments) -> {
            PrintWriter err = wrong.getCommandLine().getErr();
            err.println(wrong.getMessage());
            wrong.getCommandLine().usage(err);
            return USAGE;
        });
    }

    /**
     * Does something with the database and what is stored encrypted there: no web server, no routes, no scheduler. What keeps
     * that from starting is told as at the start of the service.
     *
     * @return the exit code
     */
    static int withDatabase(Function<ApplicationContext, Integer> work) {
        ConfigurableApplicationContext context = start(Database.class, Map.of("logging.level.root", "warn"));
        if (context == null) {
            return CommandLine.ExitCode.SOFTWARE;
        }
        try (context) {
            return work.apply(context);
        }
    }

    /**
     * Starts what a command needs, without a web server.
     *
     * @param settings that are the command's own, whatever else is set
     * @return null where it did not start, which has been told
     */
    static ConfigurableApplicationContext start(Class<?> what, Map<String, Object> settings) {
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        try {
            return new SpringApplicationBuilder(what)
                    .web(WebApplicationType.NONE)
                    .logStartupInfo(false)
                    .run(arguments);
        } catch (RuntimeException told) {
            // By StartFailureReporter, or by Spring Boot.
            return null;
        }
    }

    /** What {@link #withDatabase} starts. No component, for the service is not to find it. */
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        FlywayAutoConfiguration.class,
        JdbcRepositoriesAutoConfiguration.class
    })
    @EnableJdbcRepositories(basePackageClasses = AppConnections.class)
    @Import({EncryptionConfiguration.class, AwsConfiguration.class, AuditConfiguration.class, AtRest.class})
    static class Database {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        /** The service brings the database up to date; other instances may still be of the version before. */
        @Bean
        FlywayMigrationStrategy nothingButLooking() {
            return flyway -> {
                if (flyway.info().pending().length > 0) {
                    throw new FlywayException(
                            "it is empty, or of an earlier version. Start the service of this version first");
                }
            };
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"KMS Secret Sync " + (version == null ? "(not packaged)" : version)};
        }
    }
}
