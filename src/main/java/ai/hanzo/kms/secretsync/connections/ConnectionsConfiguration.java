package ai.hanzo.kms.secretsync.connections;

import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The beans of this package. The application adds a {@link CredentialCheck}, a {@link ConnectionUse} and a {@link ConnectionAudit}; the repositories
 * come from Spring Data JDBC's auto-configuration.
 */
@Configuration(proxyBeanMethods = false)
@Import(EncryptionConfiguration.class)
public class ConnectionsConfiguration {
    @Bean
    AppConnections appConnections(
            StoredConnections rows,
            JdbcAggregateOperations aggregates,
            PlatformTransactionManager transactions,
            Encryption encryption,
            DataKeys keys,
            CredentialCheck check,
            ConnectionUse use,
            ApplicationEventPublisher events,
            ConnectionAudit audit,
            ObjectProvider<Clock> clock) {
        return new AppConnections(
                rows,
                aggregates,
                new TransactionTemplate(transactions),
                new CredentialsVault(encryption, keys),
                check,
                use,
                events,
                audit,
                clock.getIfAvailable(Clock::systemUTC));
    }
}
