package ai.hanzo.kms.secretsync.sync;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What the KMS makes of a text when it stores it as a secret. */
public final class KmsValue {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^{}]+\\}");

    private KmsValue() {}

    /**
     * The value as the KMS keeps it (kms-source 4.2): blanks around it are lost, and a line feed at its very end is kept as
     * exactly one.
     */
    public static SecretText normalise(SecretText value) {
        String text = value.reveal();
        String trimmed = trim(text);
        return SecretText.of(text.endsWith("\n") ? trimmed + "\n" : trimmed);
    }

    /** Whether the KMS would put other secrets in place of parts of it: {@code ${KEY}}, {@code ${env.folder.KEY}}. */
    public static boolean hasReference(SecretText value) {
        return REFERENCE.matcher(value.reveal()).find();
    }

    /** Whether the KMS takes it as the name of a secret, unchanged (kms-source 4.2). */
    public static boolean isName(String name) {
        return !name.isEmpty()
                && name.indexOf(':') < 0
                && name.indexOf('/') < 0
                && isWritable(name)
                && trim(name).equals(name);
    }

    /** Whether it can be sent at all: half a surrogate pair cannot be written as UTF-8. */
    public static boolean isWritable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** JavaScript's {@code trim}, which the KMS uses; Java's own ones leave or take other characters. */
    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return (c >= '\t' && c <= '\r')
                || c == '\u2028'
                || c == '\u2029'
                || c == '\ufeff'
                || Character.getType(c) == Character.SPACE_SEPARATOR;
    }
}
