package ai.hanzo.kms.secretsync.sync;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells whether two ways to write a KMS key mean the same key: absent, {@code alias/aws/secretsmanager} and its ARN are the
 * default key; id and ARN are one key; alias name and alias ARN are one alias. Whether an alias is a certain key is known only
 * where the caller looked it up, or from the journal: a key that was asked for, and what AWS has called it since.
 */
public final class KmsKeys {
    /** The key AWS takes where none is named. */
    public static final String DEFAULT = "alias/aws/secretsmanager";

    /**
     * In the journal: as the wanted key, that this sync never set one (an adopted secret); as the reported key, that nothing
     * was reported since it was set.
     */
    public static final String UNSEEN = "?";

    private final String account;
    private final Map<String, String> aliases = new HashMap<>();

    private KmsKeys(String account) {
        this.account = account;
    }

    /**
     * @param account id of the AWS account of the destination, null where it is not known: aliases of other accounts are then
     *     taken for aliases of this one
     * @param aliases what the caller looked up: alias (name or ARN) to key (id or ARN)
     */
    public static KmsKeys of(String account, Map<String, String> aliases) {
        KmsKeys keys = new KmsKeys(account);
        aliases.forEach((alias, key) -> keys.aliases.put(keys.spelling(alias), keys.spelling(key)));
        return keys;
    }

    /** Without any looked-up alias. */
    public static KmsKeys unresolved() {
        return new KmsKeys(null);
    }

    /** Whether an AWS KMS alias, other than the default one, is meant, so that a look-up would help. */
    public static boolean isAlias(String keyId) {
        String spelling = unresolved().spelling(keyId);
        return spelling.startsWith("alias/") && !spelling.equals(DEFAULT);
    }

    /** Whether both certainly are the same key. */
    public boolean same(String one, String other) {
        return resolved(one).equals(resolved(other));
    }

    /**
     * Whether a secret has the key it should have.
     *
     * @param wanted the option; null means the default key
     * @param reported as AWS lists it; null means the default key
     * @param entry what this sync knows of the secret, or null
     */
    public boolean inPlace(String wanted, String reported, ManagedSecret entry) {
        if (same(wanted, reported)) {
            return true;
        }
        if (entry == null || UNSEEN.equals(entry.kmsKeyWanted()) || !same(entry.kmsKeyWanted(), wanted)) {
            return false;
        }
        if (isKey(resolved(wanted)) && isKey(resolved(reported))) {
            return false;
        }
        // Only AWS knows what the alias stands for: what it called the key after we had set it, is the key we set.
        return UNSEEN.equals(entry.kmsKeyReported()) || same(entry.kmsKeyReported(), reported);
    }

    private static boolean isKey(String resolved) {
        return !resolved.startsWith("alias/");
    }

    private String resolved(String keyId) {
        String spelling = spelling(keyId);
        String key = aliases.getOrDefault(spelling, spelling);
        // The default key may be reported by its id: it is still the default key.
        return key.equals(aliases.get(DEFAULT)) ? DEFAULT : key;
    }

    /** One spelling for each way to write a key, without knowing what aliases stand for. */
    private String spelling(String keyId) {
        if (keyId == null || keyId.isBlank()) {
            return DEFAULT;
        }
        String id = keyId.strip();
        if (!id.startsWith("arn:")) {
            return id;
        }
        String[] parts = id.split(":", 6);
        if (parts.length < 6) {
            return id;
        }
        String resource = parts[5];
        if (resource.startsWith("key/")) {
            return resource.substring("key/".length());
        }
        boolean here = account == null || account.equals(parts[4]);
        return here ? resource : resource + "@" + parts[4];
    }
}
