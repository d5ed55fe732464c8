package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.google.crypto.tink.Aead;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds the master key: the given one, be it at hand or in AWS KMS, or for the embedded database one that is made and kept in a
 * file next to it.
 */
final class MasterKeys {
    private static final String EMBEDDED = "jdbc:h2:";
    private static final String IN_MEMORY = "jdbc:h2:mem:";
    private static final List<String> H2_SERVER = List.of("jdbc:h2:tcp:", "jdbc:h2:ssl:");

    /**
     * ARNs of keys and of aliases; a name without account and region would be another key elsewhere.
     *
     * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html">key identifiers</a>
     */
    private static final Pattern KMS_KEY =
            Pattern.compile("arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]{1,256}");

    private MasterKeys() {}

    /**
     * @param databaseUrl JDBC URL of the database that holds the encrypted records
     * @throws EncryptionKeyException if there is no key and the database is shared, or a key is malformed
     */
    static Encryption open(EncryptionProperties settings, String databaseUrl, KeyService service) {
        List<SecretText> previous = settings.previousKeys().stream()
                .filter(key -> !key.reveal().isBlank())
                .toList();
        List<Aead> former = new ArrayList<>();
        for (SecretText key : previous) {
            former.add(former(key, Encryption.previousKey(former.size()), service));
        }
        boolean local = settings.key() != null && !settings.key().reveal().isBlank();
        if (settings.kmsKeyId() != null && !settings.kmsKeyId().isBlank()) {
            if (local) {
                throw new EncryptionKeyException(Encryption.KEY_VARIABLE + " and " + Encryption.KMS_KEY_VARIABLE
                        + " are both set: keep the one that is to encrypt, and put the other one into "
                        + Encryption.PREVIOUS_KEYS_VARIABLE + " until encryption rotate has been run");
            }
            return new Encryption(
                    new MasterKey(managed(settings.kmsKeyId().strip(), service), former), Encryption.KMS_KEY_VARIABLE);
        }
        if (local) {
            return opened(settings.key(), former, Encryption.KEY_VARIABLE);
        }
        if (databaseUrl.startsWith(IN_MEMORY)) {
            // The records end with this process, and so may their key.
            return opened(KeyFile.newKey(), former, "the key made at start");
        }
        if (!databaseUrl.startsWith(EMBEDDED) || H2_SERVER.stream().anyMatch(databaseUrl::startsWith)) {
            throw new EncryptionKeyException(Encryption.KEY_VARIABLE
                    + " is not set, and a database other than the embedded one needs it: "
                    + Encryption.HOW_TO_MAKE + " and give every instance the same; or set "
                    + Encryption.KMS_KEY_VARIABLE);
        }
        KeyFile file = new KeyFile(settings.keyFile());
        return opened(file.readOrCreate(), former, file.toString());
    }

    private static Encryption opened(SecretText key, List<Aead> former, String source) {
        return new Encryption(new MasterKey(MasterKey.local(key, source), former), source);
    }

    private static Aead former(SecretText key, String source, KeyService service) {
        String text = key.reveal().strip();
        return KMS_KEY.matcher(text).matches() ? new ServiceKey(service, text) : MasterKey.local(key, source);
    }

    private static Aead managed(String key, KeyService service) {
        if (!KMS_KEY.matcher(key).matches()) {
            throw new EncryptionKeyException(Encryption.KMS_KEY_VARIABLE
                    + " is not the ARN of a KMS key or of an alias, such as"
                    + " arn:aws:kms:eu-central-1:123456789012:alias/secret-sync");
        }
        return new ServiceKey(service, key);
    }
}
