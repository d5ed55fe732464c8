package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.audit.AuditKey;
import ai.hanzo.kms.secretsync.aws.KmsMasterKeys;
import ai.hanzo.kms.secretsync.connections.DataKeys;
import ai.hanzo.kms.secretsync.connections.KeyService;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Introduces encryption at rest to AWS KMS, and the audit trail to its key; also for a command. */
@Configuration(proxyBeanMethods = false)
class AtRest {
    @Bean
    KeyService keyService(KmsMasterKeys kms) {
        return new KeyService() {
            @Override
            public byte[] encrypt(String key, byte[] plaintext, String record) {
                return kms.encrypt(key, plaintext, record);
            }

            @Override
            public Optional<byte[]> decrypt(String key, byte[] ciphertext, String record) {
                return kms.decrypt(key, ciphertext, record);
            }
        };
    }

    @Bean
    AuditKey auditKey(DataKeys keys) {
        return () -> keys.key(DataKeys.AUDIT);
    }
}
