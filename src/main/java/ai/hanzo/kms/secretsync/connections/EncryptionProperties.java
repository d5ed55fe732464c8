package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How stored credentials are encrypted.
 *
 * @param key the master key, base64 of 32 bytes ({@code SECRET_SYNC_ENCRYPTION_KEY}); absent or empty: the key of AWS KMS, or a
 *     key file, for the embedded database only
 * @param kmsKeyId ARN of an AWS KMS key, or of an alias of one, that is the master key instead ({@code
 *     SECRET_SYNC_ENCRYPTION_KMS_KEY_ID})
 * @param previousKeys former master keys of either kind, with which stored data is still read ({@code
 *     SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS}, separated by commas)
 * @param keyFile where the embedded database's key is kept when none is given
 */
@ConfigurationProperties("secret-sync.encryption")
public record EncryptionProperties(
        SecretText key,
        String kmsKeyId,
        @DefaultValue List<SecretText> previousKeys,
        @DefaultValue("data/encryption.key") Path keyFile) {}
