package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class AwsPropertiesTest {
    private static AwsProperties bind(Map<String, Object> variables) {
        return binder(variables).bindOrCreate("secret-sync", AwsProperties.class);
    }

    private static QuotaProperties quotas(Map<String, Object> variables) {
        return binder(variables).bindOrCreate("secret-sync", QuotaProperties.class);
    }

    private static Binder binder(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables));
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment);
    }

    @Test
    void deletions_are_recoverable_for_thirty_days_unless_said_otherwise() {
        AwsProperties properties = bind(Map.of());

        assertThat(properties.recoveryWindowDays()).isEqualTo(30);
        assertThat(properties.forceDeletion()).isFalse();
        assertThat(properties.awsClient().maxAttempts()).isEqualTo(8);
        assertThat(properties.awsClient().otherEndpoints()).isFalse();
    }

    @Test
    void every_setting_has_the_environment_variable_that_its_documentation_names() {
        assertThat(bind(Map.of(
                        "SECRET_SYNC_RECOVERY_WINDOW_DAYS", "7",
                        "SECRET_SYNC_FORCE_DELETION", "true",
                        "SECRET_SYNC_AWS_CLIENT_MAX_CONNECTIONS", "5",
                        "SECRET_SYNC_AWS_CLIENT_MAX_ATTEMPTS", "3",
                        "SECRET_SYNC_AWS_CLIENT_CONNECT_TIMEOUT", "1s",
                        "SECRET_SYNC_AWS_CLIENT_ATTEMPT_TIMEOUT", "2s",
                        "SECRET_SYNC_AWS_CLIENT_CALL_TIMEOUT", "3s",
                        "SECRET_SYNC_AWS_CLIENT_OTHER_ENDPOINTS", "true")))
                .isEqualTo(new AwsProperties(
                        7,
                        true,
                        new AwsProperties.Client(
                                5, 3, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), true)));
    }

    @ParameterizedTest
    @CsvSource({
        "SECRET_SYNC_RECOVERY_WINDOW_DAYS, 6",
        "SECRET_SYNC_RECOVERY_WINDOW_DAYS, 31",
        "SECRET_SYNC_AWS_CLIENT_MAX_ATTEMPTS, 0",
        "SECRET_SYNC_AWS_CLIENT_CALL_TIMEOUT, 0s"
    })
    void a_wrong_setting_is_named_in_one_line(String variable, String value) {
        assertThatThrownBy(() -> bind(Map.of(variable, value)))
                .rootCause()
                .message()
                .startsWith(variable + " must be ")
                .doesNotContain("\n");
    }

    @Test
    void quotas_are_aws_s_own_and_two_fifths_of_them_unless_said_otherwise() {
        QuotaProperties quotas = quotas(Map.of());

        assertThat(quotas.share(OperationFamily.CREATE)).isEqualTo(20);
        assertThat(quotas.share(OperationFamily.READ)).isEqualTo(4_000);
    }

    @Test
    void an_account_may_have_quotas_of_its_own() {
        QuotaProperties quotas = quotas(Map.of("SECRET_SYNC_QUOTA_SHARE", "50", "SECRETSYNC_QUOTAS_CREATE", "80"));

        assertThat(quotas.share(OperationFamily.CREATE)).isEqualTo(40);
        assertThat(quotas.share(OperationFamily.WRITE)).isEqualTo(25);
    }

    @ParameterizedTest
    @CsvSource({
        "SECRET_SYNC_QUOTA_SHARE, SECRET_SYNC_QUOTA_SHARE, 0",
        "SECRET_SYNC_QUOTA_SHARE, SECRET_SYNC_QUOTA_SHARE, 101",
        "SECRETSYNC_QUOTAS_WRITE, SECRET_SYNC_QUOTAS_WRITE, 0.5"
    })
    void a_wrong_quota_is_named_in_one_line(String setting, String variable, String value) {
        assertThatThrownBy(() -> quotas(Map.of(setting, value)))
                .rootCause()
                .message()
                .startsWith(variable + " must be ")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "Secrets Manager, CreateSecret, CREATE",
        "Secrets Manager, UpdateSecret, WRITE",
        "Secrets Manager, DescribeSecret, READ",
        "Secrets Manager, RotateSecret, OTHER",
        "KMS, DescribeKey, KMS",
        "STS, AssumeRole, STS"
    })
    void operations_that_share_a_quota_are_a_family(String service, String operation, OperationFamily family) {
        assertThat(OperationFamily.of(service, operation)).isEqualTo(family);
    }
}
