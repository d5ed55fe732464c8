package ai.hanzo.kms.secretsync.audit;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

/** This package on a database. */
@TestConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    FlywayAutoConfiguration.class
})
@Import(AuditConfiguration.class)
class AuditSlice {
    static final byte[] KEY = {1, 2, 3};

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    AuditKey auditKey() {
        return KEY::clone;
    }

    /** Starts on a database as an instance of the service does. */
    static AnnotationConfigApplicationContext start(Map<String, ?> database) {
        Map<String, Object> settings = new LinkedHashMap<>(database);
        settings.put("spring.flyway.locations", "classpath:db/migration/common,classpath:db/migration/{vendor}");
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        context.register(AuditSlice.class);
        context.refresh();
        return context;
    }
}
