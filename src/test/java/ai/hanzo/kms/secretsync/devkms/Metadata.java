package ai.hanzo.kms.secretsync.devkms;

/** One metadata pair of a secret. Encrypted pairs are stored encrypted upstream and arrive decrypted with readers. */
public record Metadata(String key, String value, boolean encrypted) {
    public static Metadata of(String key, String value) {
        return new Metadata(key, value, false);
    }

    public static Metadata encrypted(String key, String value) {
        return new Metadata(key, value, true);
    }
}
