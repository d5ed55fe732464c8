package ai.hanzo.kms.secretsync;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;

/** Keeps AWS Secrets Manager in step with Hanzo KMS. What happens, and in which order, is in {@code routes/}. */
// Callers bring tokens of the KMS: there are no users of our own, and no generated password.
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class SecretSyncApplication {
    public static void main(String[] args) {
        if (Commands.given(args)) {
            System.exit(Commands.run(args));
        }
        SpringApplication.run(SecretSyncApplication.class, args);
    }
}
