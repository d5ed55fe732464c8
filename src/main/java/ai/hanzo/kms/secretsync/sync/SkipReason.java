package ai.hanzo.kms.secretsync.sync;

/** Why a secret was left alone, and whether a run that skips it has failed. */
public enum SkipReason {
    EMPTY_VALUE(false),
    INVALID_NAME(true),
    TOO_LARGE(true),
    DUPLICATE_NAME(true),
    BINARY_VALUE(false),
    UNREADABLE(true),
    OTHER_SYNC(true),
    OTHER_OWNER(true),
    SCHEDULED_FOR_DELETION(true),
    /** A key that is no object, or no JSON, with many-to-one. */
    NOT_A_JSON_OBJECT(true),
    /** At the destination only, and not to be removed. */
    NOT_REMOVED(false),
    /**
     * The destination's value has precedence, and the KMS does not have it: overwriting it would lose it. A run that meets
     * this has not succeeded, so that the sync stays an initial one until the conflict is resolved.
     */
    CONFLICT(true),
    /** At the destination only, and nothing that the KMS can take. */
    NOT_IMPORTED(false),
    /** Written so often that AWS would soon take no value at all: see {@link VersionBudget}. */
    DEFERRED(true),
    /** Its turn comes later in the same run, when others are in place; a run that still meets it at its end goes on in the next one. */
    WAITING(false),
    /** A deletion that somebody is to approve first. */
    AWAITS_APPROVAL(true),
    /** A tag that AWS would refuse: the secret is synced without it. */
    INVALID_TAG(false),
    /** {@link KeyRules} leave it out of this sync. Told where a plan is looked at; for a run it is as if it were not there. */
    LEFT_OUT(false),
    /** A replica that is somebody else's stays otherwise than it was asked for. */
    REPLICA_OF_OTHERS(false),
    /** It has a resource policy that is somebody else's, and would have to be overwritten. */
    POLICY_OF_OTHERS(true),
    /** It turned out not to be as in the plan that was approved. */
    NOT_APPROVED(true);

    private final boolean failure;

    SkipReason(boolean failure) {
        this.failure = failure;
    }

    /** Whether the caller asked for this secret to be synced and did not get it. */
    public boolean failure() {
        return failure;
    }
}
