package ai.hanzo.kms.secretsync.aws;

/** Kinds of failure, by what can be done about them. */
public enum FailureClass {
    /** Refused for the rate of calls, after the SDK's retries. */
    THROTTLED(true),
    /** Network, time-out, an error inside AWS; or the connection changed while the run was going on. */
    TRANSIENT(true),
    /** AWS will never take this secret as it is. */
    SECRET_WRONG(false),
    /** Credentials, permissions, role or region of the connection. */
    CONNECTION_WRONG(false),
    /** The name, or the version id, is taken. */
    CONFLICT(false),
    /** There is no such secret any more. */
    GONE(false),
    /** The secret, or its name, waits for its deletion. */
    SCHEDULED_FOR_DELETION(false),
    /** A quota that only time or an operator can mend: secrets per region, versions per day. */
    QUOTA(false),
    /** The KMS key is missing, disabled or not permitted: every secret under it will fail. */
    KEY_WRONG(false),
    /** Nothing the operator did. */
    OUR_BUG(false);

    private final boolean worthRetrying;

    FailureClass(boolean worthRetrying) {
        this.worthRetrying = worthRetrying;
    }

    /** Whether the same call may succeed a little later without anybody doing anything. */
    public boolean worthRetrying() {
        return worthRetrying;
    }
}
