package ai.hanzo.kms.secretsync.sync;

import java.util.List;

/**
 * One secret as the KMS has it, references expanded.
 *
 * @param key the name in the KMS
 * @param metadata never null
 */
public record SourceSecret(String key, SecretText value, List<Metadata> metadata) {
    /**
     * @param encrypted whether the KMS keeps it encrypted; such metadata never becomes a tag
     */
    public record Metadata(String key, String value, boolean encrypted) {
        @Override
        public String toString() {
            return encrypted ? "Metadata[" + key + "=***]" : "Metadata[" + key + "=" + value + "]";
        }
    }
}
