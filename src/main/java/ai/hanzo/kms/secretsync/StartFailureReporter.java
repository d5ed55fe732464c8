package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.connections.EncryptionKeyException;
import ai.hanzo.kms.secretsync.files.FileMistakesException;
import ai.hanzo.kms.secretsync.files.Mistake;
import ai.hanzo.kms.secretsync.kms.KmsSettingException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says in one line (of configuration and route files: one for each mistake) which setting keeps the service from starting, in the words of whoever sets it: the name of the environment
 * variable. Settings' values are not repeated where they may hold a password. What is no operator's doing is left to Spring
 * Boot, which shows all it knows.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReporter implements SpringBootExceptionReporter {
    private static final Logger LOG = LoggerFactory.getLogger(SecretSyncApplication.class);
    private static final String DATABASE = "SPRING_DATASOURCE_URL";
    /** DATABASE_ALREADY_OPEN_1 of H2. */
    private static final int H2_LOCKED = 90020;

    private final Environment settings;

    /**
     * @param context null where the start failed before there was one
     */
    StartFailureReporter(ConfigurableApplicationContext context) {
        settings = context == null ? null : context.getEnvironment();
    }

    @Override
    public boolean reportException(Throwable failure) {
        List<String> reasons =
                mistakes(failure).orElseGet(() -> reason(failure).map(List::of).orElse(List.of()));
        reasons.forEach(text -> LOG.error("Cannot start: {}", text.replaceAll("\\s+", " ")));
        return !reasons.isEmpty();
    }

    /** A line for each, so that all are mended at once. */
    private static Optional<List<String>> mistakes(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileMistakesException wrong) {
                return Optional.of(
                        wrong.mistakes().stream().map(Mistake::toString).toList());
            }
            if (cause instanceof RouteFileCheck.MistakesException wrong) {
                return Optional.of(wrong.mistakes());
            }
        }
        return Optional.empty();
    }

    private Optional<String> reason(Throwable failure) {
        Set<Throwable> causes = new LinkedHashSet<>();
        for (Throwable cause = failure; cause != null && causes.add(cause); cause = cause.getCause()) {}
        BindException binding = null;
        for (Throwable cause : causes) {
            if (cause instanceof KmsSettingException || cause instanceof EncryptionKeyException) {
                return Optional.of(cause.getMessage());
            }
            if (cause instanceof PortInUseException taken) {
                return Optional.of(portTaken(taken.getPort()));
            }
            if (cause instanceof InvalidConfigurationPropertyValueException wrong) {
                return Optional.of(variable(wrong.getName()) + " is wrong: \"" + wrong.getValue() + "\" ("
                        + wrong.getReason() + ")");
            }
            if (cause instanceof SQLException refused) {
                return Optional.of(database(refused, causes));
            }
            if (cause instanceof BindException bind) {
                binding = bind;
            }
        }
        if (binding != null) {
            return Optional.of(setting(binding));
        }
        Optional<String> routes = route(failure);
        if (routes.isPresent()) {
            return routes;
        }
        for (Throwable cause : causes) {
            // What the migrations themselves complain about: a database that is not this service's, or a newer one.
            if (cause instanceof FlywayException migration) {
                return Optional.of(
                        DATABASE + " names a database that is not as this version needs it: " + migration.getMessage());
            }
        }
        return Optional.empty();
    }

    private Optional<String> route(Throwable failure) {
        String patterns = settings == null ? "" : settings.getProperty(RouteFileCheck.PATTERNS, "");
        return RouteFiles.at(patterns).explain(failure);
    }

    private String portTaken(int port) {
        boolean management = settings != null
                && Integer.toString(port).equals(settings.getProperty("management.server.port"))
                && !Integer.toString(port).equals(settings.getProperty("server.port"));
        return (management ? "MANAGEMENT_SERVER_PORT " : "SERVER_PORT ") + port
                + " is taken by another program: stop that one, or set another port.";
    }

    private static String database(SQLException refused, Set<Throwable> causes) {
        String state = refused.getSQLState() == null ? "" : refused.getSQLState();
        if (refused.getErrorCode() == H2_LOCKED) {
            return DATABASE + ": the database file is in use by another instance. The embedded database serves one"
                    + " instance only: stop the other one, or use PostgreSQL.";
        }
        if (state.startsWith("28")) {
            return "SPRING_DATASOURCE_USERNAME or SPRING_DATASOURCE_PASSWORD is wrong: the database refuses them.";
        }
        if (state.equals("3D000")) {
            return DATABASE + " names a database that does not exist.";
        }
        boolean unreachable = state.startsWith("08")
                || causes.stream().anyMatch(c -> c instanceof ConnectException || c instanceof UnknownHostException);
        if (unreachable) {
            return DATABASE + ": the database cannot be reached. Check host and port, and that it is running.";
        }
        // A message may repeat the URL, and that a password.
        return DATABASE + ": the database cannot be used (" + refused.getClass().getSimpleName() + ", SQL state "
                + (state.isEmpty() ? "unknown" : state) + ", code " + refused.getErrorCode() + ").";
    }

    private static String setting(BindException binding) {
        Throwable root = binding;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? "" : root.getMessage();
        ConfigurationProperty property = binding.getProperty();
        ConfigurationPropertyName name = property == null ? binding.getName() : property.getName();
        String variable = variable(name.toString());
        if (message.matches("(?s)[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\\b.*")) {
            // A check of ours, which names the variable itself.
            return message;
        }
        boolean secret = variable.matches(".*(PASSWORD|SECRET|KEYS?)");
        return variable + " is wrong" + (property == null || secret ? "" : ": \"" + property.getValue() + "\"")
                + (secret || message.isEmpty() ? "" : " (" + message + ")");
    }

    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }
}
