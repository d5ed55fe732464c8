package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.List;

/** Finds the master key: the given one, or for the embedded database one that is made and kept in a file next to it. */
final class MasterKeys {
    private static final String EMBEDDED = "jdbc:h2:";
    private static final String IN_MEMORY = "jdbc:h2:mem:";
    private static final List<String> H2_SERVER = List.of("jdbc:h2:tcp:", "jdbc:h2:ssl:");

    private MasterKeys() {}

    /**
     * @param databaseUrl JDBC URL of the database that holds the encrypted records
     * @throws EncryptionKeyException if there is no key and the database is shared, or a key is malformed
     */
    static Encryption open(EncryptionProperties settings, String databaseUrl) {
        List<SecretText> previous = settings.previousKeys().stream()
                .filter(key -> !key.reveal().isBlank())
                .toList();
        if (settings.key() != null && !settings.key().reveal().isBlank()) {
            return Encryption.of(settings.key(), previous, Encryption.KEY_VARIABLE);
        }
        if (databaseUrl.startsWith(IN_MEMORY)) {
            // The records end with this process, and so may their key.
            return Encryption.of(KeyFile.newKey(), previous, "the key made at start");
        }
        if (!databaseUrl.startsWith(EMBEDDED) || H2_SERVER.stream().anyMatch(databaseUrl::startsWith)) {
            throw new EncryptionKeyException(Encryption.KEY_VARIABLE
                    + " is not set, and a database other than the embedded one needs it: "
                    + Encryption.HOW_TO_MAKE + " and give every instance the same");
        }
        KeyFile file = new KeyFile(settings.keyFile());
        return Encryption.of(file.readOrCreate(), previous, file.toString());
    }
}
