package ai.hanzo.kms.secretsync.runs;

/** What a run does; each has its own status in the wire contract. */
public enum RunAction {
    SYNC("sync", "last_synced_at"),
    IMPORT("import", "last_imported_at"),
    REMOVE("remove", "last_removed_at");

    private final String word;
    private final String finishedColumn;

    RunAction(String word, String finishedColumn) {
        this.word = word;
        this.finishedColumn = finishedColumn;
    }

    /** The word in storage and routes. */
    public String word() {
        return word;
    }

    String statusColumn() {
        return word + "_status";
    }

    String jobIdColumn() {
        return "last_" + word + "_job_id";
    }

    String messageColumn() {
        return "last_" + word + "_message";
    }

    String finishedColumn() {
        return finishedColumn;
    }

    static RunAction ofWord(String word) {
        for (RunAction action : values()) {
            if (action.word.equals(word)) {
                return action;
            }
        }
        throw new IllegalArgumentException("No such action: " + word);
    }
}
