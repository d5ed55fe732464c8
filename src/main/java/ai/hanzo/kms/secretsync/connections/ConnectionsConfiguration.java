package ai.hanzo.kms.secretsync.connections;

import java.sql.DatabaseMetaData;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The beans of this package. The application adds a {@link CredentialCheck} and a {@link ConnectionUse}; the repositories
 * come from Spring Data JDBC's auto-configuration.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EncryptionProperties.class)
public class ConnectionsConfiguration {
    @Bean
    Encryption encryption(EncryptionProperties settings, DataSource database) throws MetaDataAccessException {
        // Asked of the database itself: however it was configured, this is what the records are written to.
        return MasterKeys.open(settings, JdbcUtils.extractDatabaseMetaData(database, DatabaseMetaData::getURL));
    }

    @Bean
    DataKeys dataKeys(EncryptedKeys rows, Encryption encryption, PlatformTransactionManager transactions) {
        DataKeys keys = new DataKeys(rows, encryption, transactions);
        keys.verifyMasterKey();
        return keys;
    }

    @Bean
    KeyRotation keyRotation(
            StoredConnections connections,
            EncryptedKeys keys,
            Encryption encryption,
            PlatformTransactionManager transactions) {
        return new KeyRotation(connections, keys, encryption, new TransactionTemplate(transactions));
    }

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
            ObjectProvider<Clock> clock) {
        return new AppConnections(
                rows,
                aggregates,
                new TransactionTemplate(transactions),
                new CredentialsVault(encryption, keys),
                check,
                use,
                events,
                clock.getIfAvailable(Clock::systemUTC));
    }
}
