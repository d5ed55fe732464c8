package ai.hanzo.kms.secretsync.api;

/** Which part of a list is asked for. */
public record Page(int limit, int offset) {}
