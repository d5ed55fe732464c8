package ai.hanzo.kms.secretsync.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A secret value or credential. It never shows itself: {@link #toString()} is {@code ***}, it is not serializable and has no
 * getter that a JSON mapper would find. Only {@link #reveal()} gives the text, to be called where the value leaves for its
 * destination and nowhere else.
 */
public final class SecretText {
    private final String value;

    private SecretText(String value) {
        this.value = Objects.requireNonNull(value);
    }

    public static SecretText of(String value) {
        return new SecretText(value);
    }

    /** The text itself. */
    public String reveal() {
        return value;
    }

    public boolean isEmpty() {
        return value.isEmpty();
    }

    /** Length in bytes of the UTF-8 form, the unit of AWS's limit of 65,536. */
    public int utf8Length() {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Compares in constant time for values of equal length. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SecretText that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
