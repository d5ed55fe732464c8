package ai.hanzo.kms.secretsync.audit;

/** The key of the chain: always the same, and of no other use. */
@FunctionalInterface
public interface AuditKey {
    byte[] bytes();
}
