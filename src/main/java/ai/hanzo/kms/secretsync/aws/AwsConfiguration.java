package ai.hanzo.kms.secretsync.aws;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every call to AWS needs; also that of a command, which has no connections and no routes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AwsProperties.class, QuotaProperties.class})
public class AwsConfiguration {
    @Bean
    AwsCalls awsCalls() {
        return new AwsCalls();
    }

    /** Whoever knows of no other instances is alone. */
    @Bean
    Pacer pacer(
            QuotaProperties quotas,
            AwsCalls calls,
            ObjectProvider<Instances> instances,
            ObjectProvider<MeterRegistry> meters) {
        return new Pacer(
                quotas, calls, () -> instances.getIfAvailable(() -> () -> 1).alive(), registry(meters));
    }

    @Bean
    AwsMetrics awsMetrics(ObjectProvider<MeterRegistry> meters) {
        return new AwsMetrics(registry(meters));
    }

    /** A command has none, and nobody to read it. */
    private static MeterRegistry registry(ObjectProvider<MeterRegistry> meters) {
        return meters.getIfAvailable(CompositeMeterRegistry::new);
    }

    @Bean
    AwsErrors awsErrors() {
        return new AwsErrors();
    }

    @Bean
    AwsSdk awsSdk(AwsProperties properties, AwsCalls calls, Pacer pacer, AwsMetrics metrics) {
        return new AwsSdk(properties, calls, pacer, metrics);
    }

    @Bean
    KmsMasterKeys kmsMasterKeys(AwsSdk sdk, AwsErrors errors) {
        return new KmsMasterKeys(sdk, errors);
    }
}
