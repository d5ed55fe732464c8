package ai.hanzo.kms.secretsync.sync;

/**
 * What is to be done about the resource policy of a secret. Nothing but GetResourcePolicy tells what it is, in a quota of its own
 * (aws-and-peers 3.1), so that where the journal knows that it is in place, nothing is asked until the next drift check.
 */
final class Policies {
    private Policies() {}

    /** What to do. */
    enum Step {
        NOTHING,
        PUT,
        REMOVE,
        /** It is somebody else's. */
        LEAVE,
        /** It could not be read. */
        UNKNOWN
    }

    /** Whether the journal does not know that the policy is as it is wanted. */
    static boolean mustBeSeen(PolicyDocument wanted, ManagedSecret entry) {
        ManagedPolicy known = entry == null ? null : entry.policy();
        if (wanted == null) {
            return known != null && known.ours();
        }
        return known == null || !known.confirmed() || !known.digest().equals(wanted.digest());
    }

    static boolean any(PolicyDocument wanted, ManagedSecret entry) {
        return wanted != null
                || entry != null && entry.policy() != null && entry.policy().ours();
    }

    /** @param current with the policy that was seen; without, nothing is to be done */
    static Step step(PolicyDocument wanted, ManagedSecret entry, DestinationSecret current) {
        SeenPolicy seen = current.policy();
        if (seen == null || !any(wanted, entry)) {
            return Step.NOTHING;
        }
        if (seen.trouble() != null) {
            return Step.UNKNOWN;
        }
        ManagedPolicy known = entry == null ? null : entry.policy();
        boolean ours = known != null && known.ours();
        if (wanted == null) {
            return ours && known.wrote(seen.digest()) ? Step.REMOVE : Step.NOTHING;
        }
        if (wanted.digest().equals(seen.digest())) {
            return Step.NOTHING;
        }
        return seen.digest() == null || ours ? Step.PUT : Step.LEAVE;
    }
}
