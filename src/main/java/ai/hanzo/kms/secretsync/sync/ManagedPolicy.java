package ai.hanzo.kms.secretsync.sync;

/**
 * What the journal knows of the resource policy of a secret.
 *
 * @param digest {@link PolicyDocument#digest()} of the one that this sync put there, or is about to; or found there
 * @param before the same of the one that it had put there before, null where there was none
 * @param ours whether this sync put it there: only then may it be changed or removed
 * @param confirmed whether it is known to be there; until then it is looked at in every run
 */
public record ManagedPolicy(String digest, String before, boolean ours, boolean confirmed) {
    ManagedPolicy inDoubt() {
        return new ManagedPolicy(digest, before, ours, false);
    }

    /** Whether a policy is one that this sync has put there. */
    boolean wrote(String seen) {
        return ours && (digest.equals(seen) || seen != null && seen.equals(before));
    }
}
