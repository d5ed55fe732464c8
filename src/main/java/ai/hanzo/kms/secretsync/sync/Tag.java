package ai.hanzo.kms.secretsync.sync;

/** A tag of an AWS secret. */
public record Tag(String key, String value) {}
