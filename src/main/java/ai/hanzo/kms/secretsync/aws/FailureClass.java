package ai.hanzo.kms.secretsync.aws;

/** Kinds of failure, by what can be done about them. */
public enum FailureClass {
    /** Refused for the rate of calls, after the SDK's retries. */
    THROTTLED,
    /** Network, time-out, an error inside AWS; or the connection changed while the run was going on. */
    TRANSIENT,
    /** AWS will never take this secret as it is. */
    SECRET_WRONG,
    /** Credentials, role, account or region of the connection: nothing that it is asked to do will succeed. */
    CONNECTION_WRONG,
    /** The connection may not do this; other things, or the same to other secrets, it may. */
    PERMISSION_MISSING,
    /** The name, or the version id, is taken. */
    CONFLICT,
    /** There is no such secret any more. */
    GONE,
    /** The secret, or its name, waits for its deletion. */
    SCHEDULED_FOR_DELETION,
    /** A quota that only time or an operator can mend: secrets per region, versions per day. */
    QUOTA,
    /** The KMS key is missing, disabled or not permitted: every secret under it will fail. */
    KEY_WRONG,
    /** A copy in another region could not be made. */
    REPLICA_WRONG,
    /** Nothing the operator did. */
    OUR_BUG;

    /** Whether the same call may succeed a little later without anybody doing anything. */
    public boolean worthRetrying() {
        return this == THROTTLED || this == TRANSIENT;
    }
}
