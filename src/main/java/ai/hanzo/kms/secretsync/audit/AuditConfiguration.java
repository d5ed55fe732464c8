package ai.hanzo.kms.secretsync.audit;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The beans of this package. The application adds an {@link AuditKey}. */
@Configuration(proxyBeanMethods = false)
public class AuditConfiguration {
    @Bean
    Chain auditChain(AuditKey key) {
        return new Chain(key.bytes());
    }

    @Bean
    AuditTrail auditTrail(JdbcTemplate jdbc, Chain chain, Clock clock) {
        return new AuditTrail(jdbc, chain, clock);
    }

    @Bean
    AuditReader auditReader(JdbcClient jdbc) {
        return new AuditReader(jdbc);
    }

    @Bean
    AuditVerification auditVerification(JdbcTemplate jdbc, Chain chain, PlatformTransactionManager transactions) {
        TransactionTemplate snapshot = new TransactionTemplate(transactions);
        snapshot.setReadOnly(true);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        return new AuditVerification(jdbc, chain, snapshot);
    }
}
