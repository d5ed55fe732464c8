package ai.hanzo.kms.secretsync;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Keeps AWS Secrets Manager in step with Hanzo KMS. What happens, and in which order, is in {@code routes/}. */
@SpringBootApplication
public class SecretSyncApplication {
    public static void main(String[] args) {
        SpringApplication.run(SecretSyncApplication.class, args);
    }
}
