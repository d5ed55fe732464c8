package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.Optional;

/** What the KMS makes of names and values that are written into it (specification 4.2). */
public final class KmsText {
    private KmsText() {}

    /**
     * The value as the KMS keeps it: without white space around it, except for one newline where it ended with one. A
     * value that was imported reads back like this.
     */
    public static SecretText normalise(SecretText value) {
        String text = value.reveal();
        String trimmed = trim(text);
        return SecretText.of(text.endsWith("\n") ? trimmed + "\n" : trimmed);
    }

    /** Why the KMS would not take a name as it is; empty where it would. */
    public static Optional<String> refusal(String key) {
        if (trim(key).isEmpty()) {
            return Optional.of("Secret name cannot be empty.");
        }
        if (key.indexOf(':') >= 0 || key.indexOf('/') >= 0) {
            return Optional.of("Secret name cannot contain colon or forward slash.");
        }
        if (!trim(key).equals(key)) {
            return Optional.of("Secret name cannot begin or end with white space.");
        }
        return Optional.empty();
    }

    /** As JavaScript trims, which is what the KMS is written in: more than {@link String#trim()}, other than strip. */
    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && blank(text.charAt(from))) {
            from++;
        }
        while (to > from && blank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean blank(char c) {
        return (c >= '\t' && c <= '\r') || c == '\uFEFF' || Character.isSpaceChar(c);
    }
}
