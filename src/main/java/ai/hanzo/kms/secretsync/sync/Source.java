package ai.hanzo.kms.secretsync.sync;

/**
 * Where secrets are read from in the KMS.
 *
 * @param projectId id of the KMS project
 * @param environment slug of the environment
 * @param secretPath folder path, {@code /} for the root, never with a trailing slash otherwise
 * @param subFolders whether all folders below it are read, too
 */
public record Source(String projectId, String environment, String secretPath, boolean subFolders) {
    private static final String ROOT = "/";
    /** No folder of the KMS is called so. */
    private static final String BELOW = "/**";

    /** One folder alone. */
    public Source(String projectId, String environment, String secretPath) {
        this(projectId, environment, secretPath, false);
    }

    /**
     * The path, with a mark where folders below it belong to it: what distinguishes the sources of an environment, in storage as
     * in the names of jobs.
     */
    public String pattern() {
        if (!subFolders) {
            return secretPath;
        }
        return secretPath.equals(ROOT) ? BELOW : secretPath + BELOW;
    }

    /** The source that has a {@link #pattern}. */
    public static Source ofPattern(String projectId, String environment, String pattern) {
        if (!pattern.endsWith(BELOW)) {
            return new Source(projectId, environment, pattern);
        }
        String path = pattern.substring(0, pattern.length() - BELOW.length());
        return new Source(projectId, environment, path.isEmpty() ? ROOT : path, true);
    }

    /**
     * The path of a folder of this source.
     *
     * @param folder below the source, without slashes around it; empty for the source's own
     */
    public String pathOf(String folder) {
        if (folder.isEmpty()) {
            return secretPath;
        }
        return secretPath.equals(ROOT) ? ROOT + folder : secretPath + ROOT + folder;
    }
}
