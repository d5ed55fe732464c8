package ai.hanzo.kms.secretsync.devkms;

/** How the KMS changes what is written to it. */
final class Normal {
    private Normal() {}

    /** The stored form of a value: trimmed, and one newline put back if the value ended with one. */
    static String value(String value) {
        return value.endsWith("\n") ? trim(value) + "\n" : trim(value);
    }

    /** {@code String.prototype.trim}: also takes no-break spaces and byte order marks, unlike {@link String#strip()}. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r') || c == '\uFEFF' || Character.isSpaceChar(c);
    }
}
