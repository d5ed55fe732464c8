package ai.hanzo.kms.secretsync.devkms;

/** A tag of a project; its name is its slug. */
record Tag(String id, String slug, String color) {}
