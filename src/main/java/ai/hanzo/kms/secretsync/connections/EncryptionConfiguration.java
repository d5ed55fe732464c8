package ai.hanzo.kms.secretsync.connections;

import java.sql.DatabaseMetaData;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The beans that keep stored data encrypted. The application adds a {@link KeyService}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EncryptionProperties.class)
public class EncryptionConfiguration {
    // After the migrations, so that no key is made for a database that is refused.
    @Bean
    @DependsOnDatabaseInitialization
    Encryption encryption(EncryptionProperties settings, DataSource database, KeyService keyService)
            throws MetaDataAccessException {
        // Asked of the database itself: however it was configured, this is what the records are written to.
        return MasterKeys.open(
                settings, JdbcUtils.extractDatabaseMetaData(database, DatabaseMetaData::getURL), keyService);
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
}
