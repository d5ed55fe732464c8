package ai.hanzo.kms.secretsync;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;

/** Keeps AWS Secrets Manager in step with Hanzo KMS. What happens, and in which order, is in {@code routes/}. */
// Callers bring tokens: there are no users of our own, and no generated password. Those of an OIDC issuer are verified
// in security,
// where no redirect is followed.
@SpringBootApplication(
        exclude = {UserDetailsServiceAutoConfiguration.class, OAuth2ResourceServerAutoConfiguration.class})
public class SecretSyncApplication {
    public static void main(String[] args) {
        if (Commands.given(args)) {
            System.exit(Commands.run(args));
        }
        SpringApplication.run(SecretSyncApplication.class, args);
    }
}
