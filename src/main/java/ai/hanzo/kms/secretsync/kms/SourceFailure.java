package ai.hanzo.kms.secretsync.kms;

/** Why the KMS could not be read or written, and what an operator does about it. None of these ever deletes anything. */
public enum SourceFailure {
    /** The KMS does not accept this service's identity. */
    CREDENTIALS(false, "Check KMS_CLIENT_ID and KMS_CLIENT_SECRET, and that the identity is not locked or expired."),
    /** The identity is known and may not do this. */
    FORBIDDEN(false, "Give this service's KMS identity access to the project, environment and path of the sync."),
    /** Project, environment or folder is no longer there. */
    FOLDER_GONE(false, "Create the folder again, or point the sync at another environment and secret path."),
    /** The identity may see that secrets exist, but not what they hold. */
    HIDDEN_VALUES(
            false, "Give this service's KMS identity permission to read the values, not only to describe secrets."),
    /** Secrets of an imported folder are missing from the answer. */
    PARTIAL_IMPORTS(
            false,
            "Give this service's KMS identity permission to list the imports of the path and to read every imported path."),
    /** Secrets of a folder below are missing from the answer. */
    PARTIAL_FOLDERS(
            false,
            "Give this service's KMS identity permission to read every folder below the path, and to list them."),
    /** A reference such as {@code ${env.folder.KEY}} could not be resolved. */
    REFERENCE(false, "Give this service's KMS identity permission to read every path that the secrets refer to."),
    /** The KMS wants to be asked less often. */
    RATE_LIMITED(true, "Nothing to do: it is tried again later. Poll less often if this repeats."),
    /** The KMS cannot be reached, or has trouble of its own. */
    UNAVAILABLE(
            true, "Nothing to do if it passes: it is tried again. Otherwise check KMS_BASE_URL and the KMS itself."),
    /** The answer is not one that a KMS gives. */
    PROTOCOL(true, "Check that KMS_BASE_URL is the address of the KMS and that no proxy changes its answers.");

    private final boolean passing;
    private final String remedy;

    SourceFailure(boolean passing, String remedy) {
        this.passing = passing;
        this.remedy = remedy;
    }

    /** Whether it may pass by itself, so that another try soon makes sense. */
    public boolean passing() {
        return passing;
    }

    /** One sentence or two: what to do. */
    public String remedy() {
        return remedy;
    }
}
