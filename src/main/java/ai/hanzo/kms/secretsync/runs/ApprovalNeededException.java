package ai.hanzo.kms.secretsync.runs;

/** The plan of a run is to be approved by somebody before it is carried out. The message says how. */
public final class ApprovalNeededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What such a run has for an error code. */
    public static final String CODE = "ApprovalNeeded";

    ApprovalNeededException(String message) {
        super(message);
    }
}
