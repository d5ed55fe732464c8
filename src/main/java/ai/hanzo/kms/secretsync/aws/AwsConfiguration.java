package ai.hanzo.kms.secretsync.aws;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every call to AWS needs; also that of a command, which has no connections and no routes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AwsProperties.class)
public class AwsConfiguration {
    @Bean
    AwsCalls awsCalls() {
        return new AwsCalls();
    }

    @Bean
    AwsErrors awsErrors() {
        return new AwsErrors();
    }

    @Bean
    AwsSdk awsSdk(AwsProperties properties, AwsCalls calls) {
        return new AwsSdk(properties, calls);
    }

    @Bean
    KmsMasterKeys kmsMasterKeys(AwsSdk sdk, AwsErrors errors) {
        return new KmsMasterKeys(sdk, errors);
    }
}
