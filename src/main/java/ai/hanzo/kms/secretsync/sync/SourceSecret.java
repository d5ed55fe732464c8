package ai.hanzo.kms.secretsync.sync;

import java.util.List;

/**
 * One secret as the KMS has it, references expanded.
 *
 * @param folder where it is below the source, without slashes around it; empty where it is in the source's own folder
 * @param key the name in the KMS
 * @param called what takes the key's place wherever a name for AWS is made of it: the key itself, unless a route of a team has
 *     given another
 * @param metadata never null
 */
public record SourceSecret(String folder, String key, String called, SecretText value, List<Metadata> metadata) {
    public SourceSecret(String folder, String key, SecretText value, List<Metadata> metadata) {
        this(folder, key, key, value, metadata);
    }

    /** One of the source's own folder. */
    public SourceSecret(String key, SecretText value, List<Metadata> metadata) {
        this("", key, value, metadata);
    }

    public SourceSecret called(String name) {
        return new SourceSecret(folder, key, name, value, metadata);
    }

    /** Whether a route of a team has given it another name than its key. */
    public boolean isRenamed() {
        return !called.equals(key);
    }

    /** What distinguishes it from the others of the source: the key, after the folder where it has one. */
    public String path() {
        return folder.isEmpty() ? key : folder + "/" + key;
    }

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
