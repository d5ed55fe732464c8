package ai.hanzo.kms.secretsync.kms;

/** A source, resolved: what a sync's {@code environment} and {@code folder} show. */
public record SourceLocation(KmsProject project, KmsProject.Environment environment, Folder folder) {
    /**
     * @param id the KMS's; for a root folder without content, whose id the KMS tells nobody, a UUID (version 5) made of
     *     project, environment and path
     * @param path as in the source
     */
    public record Folder(String id, String path) {}
}
