package ai.hanzo.kms.secretsync.kms;

import java.net.URI;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the client. A setting that is missing or wrong ends the start here, with a {@link KmsSettingException}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KmsProperties.class, WebhookProperties.class})
class KmsConfiguration {
    @Bean
    KmsHttp kmsHttp(KmsProperties properties, ObjectProvider<Clock> clock) {
        URI base = properties.checked();
        return new KmsHttp(base, clock.getIfUnique(Clock::systemUTC), duration -> Thread.sleep(duration.toMillis()));
    }

    @Bean
    KmsSession kmsSession(KmsHttp http, KmsProperties properties) {
        return new KmsSession(http, properties);
    }

    @Bean
    KmsReader kmsReader() {
        return new KmsReader();
    }

    @Bean
    KmsSource kmsSource(KmsHttp http, KmsSession session, KmsReader reader) {
        return new KmsSource(http, session, reader);
    }

    @Bean
    KmsCallers kmsCallers(KmsHttp http, KmsReader reader, KmsProperties properties) {
        return new KmsCallers(http, reader, new LoginGuard(http.clock(), properties));
    }

    @Bean
    ChangeNotices changeNotices(WebhookProperties properties, ObjectProvider<Clock> clock) {
        return new ChangeNotices(properties, clock.getIfUnique(Clock::systemUTC));
    }

    @Bean
    @ConfigurationPropertiesBinding
    static WebhookProperties.FromText webhookSecretsFromText() {
        return new WebhookProperties.FromText();
    }
}
