package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.SecretText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KmsPropertiesTest {
    private static final SecretText SECRET = SecretText.of("MARKER-client-secret");

    @ParameterizedTest
    @CsvSource({
        "https://kms.example.com, https://kms.example.com",
        "https://kms.example.com/, https://kms.example.com",
        "https://kms.example.com/api, https://kms.example.com",
        "https://kms.example.com/api/, https://kms.example.com",
        "https://kms.example.com/team/kms//, https://kms.example.com/team/kms",
        "HTTPS://kms.example.com:8443/api, https://kms.example.com:8443",
        "http://localhost:8080/api, http://localhost:8080",
        "http://127.0.0.1:8080, http://127.0.0.1:8080",
        "http://[::1]:8080, http://[::1]:8080",
    })
    void aBaseUrlMayEndInSlashOrApi(String given, String base) {
        assertThat(new KmsProperties(given, "id", SECRET).checked()).hasToString(base);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "  ",
                "kms.example.com",
                "ftp://kms.example.com",
                "file:///etc/passwd",
                "https://",
                "https://user:MARKER-password@kms.example.com",
                "https://kms.example.com?x=MARKER-password",
                "https://kms example.com/MARKER-password",
                "http://kms.example.com",
                "http://10.0.0.5:8080",
                "http://localhost.example.com",
                "https://169.254.169.254",
                "https://169.254.1.1/api",
                "https://2852039166",
                "https://169.254.43518",
                "https://[fe80::1]",
                "https://[fd00:ec2::254]",
                "https://[::ffff:169.254.169.254]",
                "https://100.100.100.200",
                "https://metadata.google.internal",
                "https://METADATA.google.internal./",
                "https://0.0.0.0",
            })
    void anyOtherBaseUrlEndsTheStartWithOneLineThatNamesTheVariable(String given) {
        assertThatThrownBy(() -> new KmsProperties(given, "id", SECRET).checked())
                .isInstanceOfSatisfying(
                        KmsSettingException.class, e -> assertThat(e.setting()).isEqualTo("KMS_BASE_URL"))
                .message()
                .startsWith("KMS_BASE_URL ")
                .doesNotContain("\n", "MARKER");
    }

    @Test
    void aMissingIdentityIsNamed() {
        assertThatThrownBy(() -> new KmsProperties("https://kms.example.com", " ", SECRET).checked())
                .isInstanceOf(KmsSettingException.class)
                .hasMessageStartingWith("KMS_CLIENT_ID is missing");
        assertThatThrownBy(() -> new KmsProperties("https://kms.example.com", "id", null).checked())
                .isInstanceOf(KmsSettingException.class)
                .hasMessageStartingWith("KMS_CLIENT_SECRET is missing");
        assertThatThrownBy(() -> new KmsProperties("https://kms.example.com", "id", SecretText.of(" ")).checked())
                .isInstanceOf(KmsSettingException.class)
                .hasMessageStartingWith("KMS_CLIENT_SECRET is missing");
    }

    @Test
    void theSecretDoesNotShowItself() {
        assertThat(new KmsProperties("https://kms.example.com", "id", SECRET))
                .asString()
                .doesNotContain("MARKER");
    }

    @Test
    void theVariablesOfTheEnvironmentArriveAndTheStartEndsWhereOneIsMissing() {
        ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(KmsConfiguration.class);
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new org.springframework.core.env.SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                java.util.Map.of(
                                        "KMS_BASE_URL", "https://kms.example.com/api",
                                        "KMS_CLIENT_ID", "id",
                                        "KMS_CLIENT_SECRET", "MARKER-client-secret"))))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context).hasSingleBean(KmsSource.class).hasSingleBean(KmsCallers.class);
                    assertThat(context.getBean(KmsHttp.class).base()).hasToString("https://kms.example.com");
                    assertThat(context.getBean(KmsProperties.class).clientSecret())
                            .isEqualTo(SECRET);
                });
        runner.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(KmsSettingException.class)
                .hasMessageStartingWith("KMS_BASE_URL is missing"));
    }
}
