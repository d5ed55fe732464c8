package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.convert.converter.Converter;

/**
 * What the KMS signs its change notices with.
 *
 * @param secrets by the id of the project; several while one replaces another. {@code SECRET_SYNC_WEBHOOK_SECRETS}
 */
@ConfigurationProperties("secret-sync.webhook")
public record WebhookProperties(Map<String, List<SecretText>> secrets) {
    static final String SECRETS = "SECRET_SYNC_WEBHOOK_SECRETS";

    public WebhookProperties {
        secrets = secrets == null ? Map.of() : Map.copyOf(secrets);
        secrets.forEach((projectId, ofProject) -> {
            if (ofProject.isEmpty()
                    || ofProject.stream().anyMatch(secret -> secret.reveal().isBlank())) {
                throw new KmsSettingException(SECRETS, "has no secret for project " + projectId + ".");
            }
        });
    }

    /** @return empty where there are none, never an empty list */
    Optional<List<SecretText>> of(String projectId) {
        return Optional.ofNullable(secrets.get(projectId));
    }

    @Override
    public String toString() {
        return "WebhookProperties[secrets=***]";
    }

    /** Reads {@code <project id>=<secret>,<project id>=<secret>}, as an environment variable holds it. */
    static final class FromText implements Converter<String, Map<String, List<SecretText>>> {
        @Override
        public Map<String, List<SecretText>> convert(String text) {
            Map<String, List<SecretText>> secrets = new LinkedHashMap<>();
            if (text.isBlank()) {
                return secrets;
            }
            for (String entry : text.split(",")) {
                int equals = entry.indexOf('=');
                if (equals < 1) {
                    throw new KmsSettingException(
                            SECRETS, "must be <project id>=<secret>, or several of these with commas between them.");
                }
                secrets.computeIfAbsent(entry.substring(0, equals).trim(), projectId -> new ArrayList<>())
                        .add(SecretText.of(entry.substring(equals + 1).trim()));
            }
            return secrets;
        }
    }
}
