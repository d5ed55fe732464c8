package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class WebhookPropertiesTest {
    private static final String ONE = "11111111-2222-3333-4444-555555555555";
    private static final String TWO = "22222222-2222-3333-4444-555555555555";

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(WebhookProperties.class)
    static class Settings {
        @Bean
        @ConfigurationPropertiesBinding
        static WebhookProperties.FromText fromText() {
            return new WebhookProperties.FromText();
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    private void bound(List<String> settings, Map<String, List<String>> expected) {
        Map<String, List<SecretText>> secrets = expected.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().stream().map(SecretText::of).toList()));
        runner.withPropertyValues(settings.toArray(String[]::new))
                .run(context -> assertThat(
                                context.getBean(WebhookProperties.class).secrets())
                        .isEqualTo(secrets));
    }

    @Test
    void asOneTextTheyAreWhatAnEnvironmentVariableHolds() {
        bound(
                List.of("secret-sync.webhook.secrets=" + ONE + "=a, " + TWO + "=b=c==," + ONE + "=next"),
                Map.of(ONE, List.of("a", "next"), TWO, List.of("b=c==")));
    }

    @Test
    void asAMapTheyAreWhatAFileHolds() {
        bound(
                List.of(
                        "secret-sync.webhook.secrets." + ONE + "[0]=a",
                        "secret-sync.webhook.secrets." + ONE + "[1]=next",
                        "secret-sync.webhook.secrets." + TWO + "=b"),
                Map.of(ONE, List.of("a", "next"), TWO, List.of("b")));
    }

    @Test
    void noneIsTheDefault() {
        bound(List.of(), Map.of());
        bound(List.of("secret-sync.webhook.secrets="), Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "marked-secret",
                "=marked-secret",
                ONE + "=marked-secret," + TWO,
                ONE + "=marked-secret," + TWO + "="
            })
    void aWrongOneEndsTheStartAndIsNotRepeated(String wrong) {
        runner.withPropertyValues("secret-sync.webhook.secrets=" + wrong)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(KmsSettingException.class)
                        .hasMessageStartingWith("SECRET_SYNC_WEBHOOK_SECRETS ")
                        .hasMessageNotContaining("marked-secret"));
    }

    @Test
    void theyDoNotShowThemselves() {
        assertThat(new WebhookProperties(Map.of(ONE, List.of(SecretText.of("a-secret")))).toString())
                .doesNotContain("a-secret");
    }
}
