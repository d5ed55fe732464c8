package ai.hanzo.kms.secretsync.connections;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.data.jdbc.JdbcRepositoriesAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.MapPropertySource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** This package on a database, with an AWS and a use of connections that tests decide about. */
@TestConfiguration(proxyBeanMethods = false)
@AutoConfigurationPackage
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    FlywayAutoConfiguration.class,
    JdbcRepositoriesAutoConfiguration.class
})
@Import({
    ConnectionsConfiguration.class,
    ConnectionsSlice.Aws.class,
    KeyServiceInMemory.class,
    ConnectionsSlice.Uses.class,
    ConnectionsSlice.Audit.class,
    ConnectionsSlice.Changes.class
})
class ConnectionsSlice {
    /** Starts on a database as an instance of the service does. */
    static AnnotationConfigApplicationContext start(Map<String, ?> database, String key, String... previousKeys) {
        Map<String, Object> settings = new LinkedHashMap<>(database);
        settings.put("spring.flyway.locations", "classpath:db/migration/common");
        settings.put(key.startsWith("arn:") ? "secret-sync.encryption.kms-key-id" : "secret-sync.encryption.key", key);
        settings.put("secret-sync.encryption.previous-keys", String.join(",", previousKeys));
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        context.register(ConnectionsSlice.class);
        try {
            context.refresh();
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
        return context;
    }

    /** Knows accounts; refuses the keys it was told to. */
    static class Aws implements CredentialCheck {
        static final String REFUSAL = "Unable to validate connection: The security token is invalid";

        record Call(ConnectionCredentials credentials, String externalId, UUID connectionId) {}

        final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
        final Set<SecretText> refused = ConcurrentHashMap.newKeySet();
        volatile String account = "111122223333";
        volatile Runnable meanwhile = () -> {};

        @Override
        public String accountId(ConnectionCredentials credentials, String externalId, UUID connectionId) {
            calls.add(new Call(credentials, externalId, connectionId));
            meanwhile.run();
            if (credentials instanceof ConnectionCredentials.AccessKey key && refused.contains(key.secretAccessKey())) {
                throw Rejection.badRequest(REFUSAL);
            }
            return account;
        }
    }

    static class Uses implements ConnectionUse {
        final Set<UUID> used = ConcurrentHashMap.newKeySet();

        @Override
        public boolean inUse(UUID connectionId) {
            return used.contains(connectionId);
        }
    }

    /** Notes what goes on record, and can refuse to. */
    static class Audit implements ConnectionAudit {
        final List<String> recorded = Collections.synchronizedList(new ArrayList<>());
        volatile boolean refuses;

        @Override
        public void created(AppConnection connection) {
            record("created " + connection.name());
        }

        @Override
        public void updated(AppConnection before, AppConnection after) {
            record("updated " + before.name() + " to " + after.name() + ", revision " + before.credentialsRevision()
                    + " to " + after.credentialsRevision());
        }

        @Override
        public void deleted(AppConnection connection) {
            record("deleted " + connection.name());
        }

        private void record(String what) {
            assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                    .isTrue();
            if (refuses) {
                throw new IllegalStateException("not recorded");
            }
            recorded.add(what);
        }
    }

    static class Changes {
        final List<UUID> announced = Collections.synchronizedList(new ArrayList<>());
        volatile Runnable then = () -> {};

        @EventListener
        void changed(ConnectionChanged change) {
            announced.add(change.id());
            then.run();
        }
    }
}
