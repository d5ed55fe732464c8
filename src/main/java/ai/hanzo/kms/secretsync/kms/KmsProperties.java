package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the KMS is and who this service is there. There are no defaults: a service that was told nothing calls nobody.
 *
 * @param baseUrl {@code KMS_BASE_URL}: https, or http on loopback; with or without a trailing slash or {@code /api}
 * @param clientId {@code KMS_CLIENT_ID}: universal-auth client id of the service's machine identity
 * @param clientSecret {@code KMS_CLIENT_SECRET}: that identity's client secret; does not show itself
 */
@ConfigurationProperties("kms")
public record KmsProperties(String baseUrl, String clientId, SecretText clientSecret) {
    static final String BASE_URL = "KMS_BASE_URL";
    static final String CLIENT_ID = "KMS_CLIENT_ID";
    static final String CLIENT_SECRET = "KMS_CLIENT_SECRET";

    /** The client id, without blanks around it: the KMS trims it too. */
    public String clientId() {
        return clientId == null ? null : clientId.trim();
    }

    /**
     * Checks every setting; called when the service starts.
     *
     * @return the base URL without a trailing slash and without {@code /api}
     * @throws KmsSettingException for the first setting that is missing or wrong
     */
    public URI checked() {
        URI base = KmsAddress.parse(baseUrl);
        if (clientId == null || clientId.isBlank()) {
            throw new KmsSettingException(
                    CLIENT_ID, "is missing: set it to the client id of this service's machine identity in the KMS.");
        }
        if (clientSecret == null || clientSecret.reveal().isBlank()) {
            throw new KmsSettingException(
                    CLIENT_SECRET,
                    "is missing: set it to a client secret of this service's machine identity in the KMS.");
        }
        return base;
    }

    @Override
    public String toString() {
        return "KmsProperties[clientSecret=***]";
    }
}
