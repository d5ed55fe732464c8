package ai.hanzo.kms.secretsync.sync;

/** What happens to secrets that are at the destination already, until the first sync to it has succeeded. */
public enum InitialSyncBehavior {
    OVERWRITE_DESTINATION("overwrite-destination"),
    IMPORT_PRIORITIZE_SOURCE("import-prioritize-source"),
    IMPORT_PRIORITIZE_DESTINATION("import-prioritize-destination");

    private final String wireName;

    InitialSyncBehavior(String wireName) {
        this.wireName = wireName;
    }

    /** The name in API and storage. */
    public String wireName() {
        return wireName;
    }
}
