package ai.hanzo.kms.secretsync.api;

/** A KMS key that a connection sees. */
public record KmsKeyView(String alias, String id) {}
