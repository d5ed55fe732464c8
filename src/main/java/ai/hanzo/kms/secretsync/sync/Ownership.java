package ai.hanzo.kms.secretsync.sync;

import java.util.Map;
import java.util.Set;

/**
 * Whose a secret at the destination is (aws-and-peers 3.8).
 *
 * @param detail for everything but {@link Kind#OURS} and {@link Kind#FOREIGN} why, as the rest of a sentence about the secret
 */
public record Ownership(Kind kind, String detail) {
    public enum Kind {
        /** This sync made it or took it over. */
        OURS,
        /** Another sync's: never changed. */
        OTHER_SYNC,
        /** AWS's or another tool's: never changed. */
        OTHER_OWNER,
        /** Nobody's. */
        FOREIGN
    }

    private static final Set<String> MARKS_OF_TOOLS = Set.of("managed-by", "hashicorp:vault");
    private static final Ownership OURS = new Ownership(Kind.OURS, null);
    private static final Ownership FOREIGN = new Ownership(Kind.FOREIGN, null);

    /**
     * What the decision needs besides the secret.
     *
     * @param syncId the sync that asks
     * @param region its destination
     * @param heldByOthers names that stand in the journal of another sync of the same account and region, with words for
     *     that sync
     * @param retiredSyncs ids of syncs that were deleted here without their secrets, or have left them to this one: what
     *     they left is nobody's
     */
    public record Context(String syncId, String region, Map<String, String> heldByOthers, Set<String> retiredSyncs) {}

    /**
     * @param secret as listed or described
     * @param entry the journal's entry about exactly this secret (see {@link #entryOf}), or null
     * @param tagsWanted the tags this sync wants on it: one of them is never the mark of another tool on a secret of ours
     */
    public static Ownership of(
            DestinationSecret secret, ManagedSecret entry, Map<String, String> tagsWanted, Context context) {
        String owner = secret.tags().get(Tags.OWNER_TAG);
        boolean tagged = context.syncId().equals(owner);
        boolean ours = tagged || proves(entry, secret);
        String detail = otherOwner(secret, ours ? entry : null, ours ? tagsWanted : Map.of(), context.region());
        if (detail != null) {
            return new Ownership(Kind.OTHER_OWNER, detail);
        }
        if (tagged) {
            return OURS;
        }
        if (owner != null && !context.retiredSyncs().contains(owner)) {
            return new Ownership(Kind.OTHER_SYNC, "belongs to the sync with ID \"" + owner + "\"");
        }
        String holder = context.heldByOthers().get(secret.name());
        if (holder != null) {
            return new Ownership(Kind.OTHER_SYNC, "belongs to " + holder);
        }
        return ours ? OURS : FOREIGN;
    }

    /**
     * The journal's entry if it is about this very secret, otherwise null: a secret that was deleted and made again by
     * somebody has another ARN, and what the journal knew of the first says nothing about the second.
     */
    public static ManagedSecret entryOf(DestinationSecret secret, ManagedSecret entry) {
        if (entry == null) {
            return null;
        }
        // A create whose answer was lost: what is there is ours only if it bears our mark, and somebody else's
        // otherwise.
        boolean about = entry.arn() == null
                ? written(entry, secret) || secret.tags().containsKey(Tags.OWNER_TAG)
                : secret.arn() == null || entry.arn().equals(secret.arn());
        return about ? entry : null;
    }

    /** Nobody else can make the pending version id: the write arrived, only its answer was lost. */
    private static boolean written(ManagedSecret entry, DestinationSecret secret) {
        return entry.pendingToken() != null && entry.pendingToken().equals(secret.versionId());
    }

    private static boolean proves(ManagedSecret entry, DestinationSecret secret) {
        if (entry == null) {
            return false;
        }
        boolean known = entry.arn() != null && entry.confirmed();
        boolean deletedByUs = entry.arn() != null && entry.deleted() && secret.scheduledForDeletion();
        return written(entry, secret) || known || deletedByUs;
    }

    private static String otherOwner(
            DestinationSecret secret, ManagedSecret entry, Map<String, String> tagsWanted, String region) {
        if (secret.owningService() != null) {
            return "is managed by the AWS service " + secret.owningService();
        }
        if (secret.type() != null) {
            return "is a managed external secret of type " + secret.type();
        }
        if (secret.primaryRegion() != null && !secret.primaryRegion().equals(region)) {
            return "is a replica of a secret in " + secret.primaryRegion();
        }
        if (secret.rotationEnabled()) {
            return "has rotation switched on, so its value belongs to the rotation function";
        }
        for (Map.Entry<String, String> tag : secret.tags().entrySet()) {
            String key = tag.getKey();
            if (Tags.isAws(key)) {
                return "is managed by AWS: it has the tag " + key;
            }
            boolean ownTag = (entry != null && entry.tagKeys().contains(key))
                    || tag.getValue().equals(tagsWanted.get(key));
            if (MARKS_OF_TOOLS.contains(key) && !ownTag) {
                return "is managed by another tool: it has the tag " + key;
            }
        }
        return null;
    }
}
