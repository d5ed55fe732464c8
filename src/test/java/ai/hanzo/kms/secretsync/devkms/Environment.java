package ai.hanzo.kms.secretsync.devkms;

/** An environment of a project, addressed by its slug. */
public record Environment(String id, String name, String slug) {}
