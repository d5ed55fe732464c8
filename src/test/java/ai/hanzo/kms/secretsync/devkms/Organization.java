package ai.hanzo.kms.secretsync.devkms;

/** A tenant: the owner of projects. */
public record Organization(String id, String name, String slug) {}
