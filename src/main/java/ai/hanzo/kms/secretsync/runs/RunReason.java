package ai.hanzo.kms.secretsync.runs;

import java.util.Locale;

/** Why a run was asked for. */
public enum RunReason {
    /** Somebody asked for it. */
    MANUAL,
    /** The sync was created or edited. */
    CONFIGURED,
    /** The source changed. */
    CHANGE,
    /** It is time to see whether somebody changed the destination. */
    DRIFT,
    /** The run before it failed. */
    RETRY,
    /** The instance that ran it before was stopped in the middle. */
    RECOVERY;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RunReason ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
