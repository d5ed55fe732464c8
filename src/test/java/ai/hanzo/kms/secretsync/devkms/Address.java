package ai.hanzo.kms.secretsync.devkms;

/** Where a folder is within its project. */
record Address(String environment, String path) {
    Address {
        path = SecretPath.normal(path);
    }
}
