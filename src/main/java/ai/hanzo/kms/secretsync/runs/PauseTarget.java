package ai.hanzo.kms.secretsync.runs;

import java.util.UUID;

/**
 * What is paused: one sync, all syncs of a connection, or every sync.
 *
 * @param id of the sync or connection
 */
public record PauseTarget(Kind kind, UUID id) {
    /** How much of it. */
    public enum Kind {
        SYNC("sync"),
        CONNECTION("connection"),
        EVERYTHING("everything");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    public static final PauseTarget EVERYTHING = new PauseTarget(Kind.EVERYTHING, new UUID(0, 0));

    public static PauseTarget sync(UUID id) {
        return new PauseTarget(Kind.SYNC, id);
    }

    public static PauseTarget connection(UUID id) {
        return new PauseTarget(Kind.CONNECTION, id);
    }
}
