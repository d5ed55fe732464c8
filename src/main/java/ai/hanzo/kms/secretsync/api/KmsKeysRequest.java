package ai.hanzo.kms.secretsync.api;

/** Asks for the KMS keys that a connection sees in a region. */
public record KmsKeysRequest(String region, String destination) {}
