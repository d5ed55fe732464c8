package ai.hanzo.kms.secretsync.sync;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

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

    /** Between an alias and the account it is of, where that is another one; no alias has it in its name. */
    private static final char FOREIGN = '@';

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

    /**
     * With more looked-up aliases.
     *
     * @param more alias (name or ARN) to key (id or ARN)
     */
    KmsKeys with(Map<String, String> more) {
        KmsKeys keys = of(account, more);
        aliases.forEach(keys.aliases::putIfAbsent);
        return keys;
    }

    /**
     * Aliases of this account that would have to be looked up to tell whether two spellings are one key; none where that is
     * certain.
     */
    Set<String> aliasesBetween(String one, String other) {
        Set<String> unknown = new TreeSet<>();
        if (!same(one, other)) {
            for (String key : new String[] {resolved(one), resolved(other)}) {
                boolean elsewhere = key.indexOf(FOREIGN) >= 0;
                if (!isKey(key) && !elsewhere && !aliases.containsKey(key)) {
                    unknown.add(key);
                }
            }
        }
        return unknown;
    }

    /** Whether both certainly are the same key. */
    public boolean same(String one, String other) {
        return Objects.equals(one, other) || resolved(one).equals(resolved(other));
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
        if (isKnown(wanted) && isKnown(reported)) {
            return false;
        }
        // Only AWS knows what the alias stands for: what it called the key after we had set it, is the key we set.
        return UNSEEN.equals(entry.kmsKeyReported()) || same(entry.kmsKeyReported(), reported);
    }

    /**
     * Whether it would be taken on trust that a secret has the key it should have: another key under an alias shows only where
     * the alias is looked up, or was when the key was first reported.
     */
    boolean onTrust(String wanted, String reported, ManagedSecret entry) {
        return !same(wanted, reported) && UNSEEN.equals(entry == null ? null : entry.kmsKeyReported());
    }

    /** Whether these certainly are two keys, whatever region they are in: both are written as ids or ARNs of keys. */
    boolean certainlyDiffer(String one, String other) {
        return isKey(spelling(one)) && isKey(spelling(other)) && !speltAlike(one, other);
    }

    /** Whether both are written alike, whatever aliases stand for. */
    boolean speltAlike(String one, String other) {
        return spelling(one).equals(spelling(other));
    }

    private boolean isKnown(String keyId) {
        return isKey(resolved(keyId)) || aliases.containsKey(spelling(keyId));
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
        return here ? resource : resource + FOREIGN + parts[4];
    }
}
