package ai.hanzo.kms.secretsync.emulator;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a version of a secret holds: {@code SecretString} or {@code SecretBinary}. Its text form shows no content. */
public sealed interface SecretValue {
    /** The size AWS limits to 65,536, in bytes (of UTF-8 for text). */
    int size();

    /** A {@code SecretString}. */
    record Text(String string) implements SecretValue {
        @Override
        public int size() {
            return string.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        public String toString() {
            return "Text[redacted]";
        }
    }

    /** A {@code SecretBinary}, as it travels: in base64. */
    record Binary(String base64) implements SecretValue {
        public Binary(byte[] bytes) {
            this(Base64.getEncoder().encodeToString(bytes));
        }

        public byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        @Override
        public int size() {
            return bytes().length;
        }

        @Override
        public String toString() {
            return "Binary[redacted]";
        }
    }
}
