package ai.hanzo.kms.secretsync.api;

/**
 * A folder of an environment.
 *
 * @param path from the root of the environment, as a sync names it
 */
public record FolderView(String name, String path) {}
