package ai.hanzo.kms.secretsync.aws;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Binds {@link AwsProperties} and {@link QuotaProperties}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AwsProperties.class, QuotaProperties.class})
class AwsConfiguration {}
