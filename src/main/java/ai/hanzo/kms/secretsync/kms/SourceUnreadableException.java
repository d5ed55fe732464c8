package ai.hanzo.kms.secretsync.kms;

import java.util.List;

/** The KMS answered, but kept some secrets back: hidden values, or imports that are not complete. */
public final class SourceUnreadableException extends KmsException {
    /** How many keys a message names. */
    static final int NAMED = 5;

    private final List<String> keys;

    /** @param prefix what is wrong with the keys, without a colon at its end */
    SourceUnreadableException(SourceFailure failure, String prefix, List<String> keys) {
        super(failure, prefix + (keys.isEmpty() ? "" : ": " + named(keys)) + ".");
        this.keys = keys.stream().limit(NAMED).toList();
    }

    /** Names of the first secrets concerned, at most five; empty where only the path is known. */
    public List<String> keys() {
        return keys;
    }

    private static String named(List<String> keys) {
        String first = String.join(", ", keys.stream().limit(NAMED).toList());
        return keys.size() > NAMED ? first + " and " + (keys.size() - NAMED) + " more" : first;
    }
}
