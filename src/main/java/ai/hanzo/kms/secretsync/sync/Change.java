package ai.hanzo.kms.secretsync.sync;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * One step of a plan, about one AWS secret. {@link #kind()} is the word the routes decide by.
 */
public sealed interface Change {
    /** Name in AWS. */
    String name();

    String kind();

    /** Whether it changes a secret that is there, so that a fresh look at it may still refuse it. */
    default boolean ofExisting() {
        return !(this instanceof Create || this instanceof Adopt || this instanceof Keep || this instanceof Skip);
    }

    /** Why it is to be made, in words an operator understands; null where that goes without saying. */
    default String reason() {
        return null;
    }

    /** A change that writes a value under {@link #token()}. */
    sealed interface Write extends Change {
        DesiredSecret secret();

        @Override
        default String name() {
            return secret().name();
        }

        /** The {@code ClientRequestToken}, which becomes the version id. */
        String token();

        /** What {@link #token()} was made with. */
        long generation();
    }

    /** The name is free: CreateSecret with value, tags and KMS key in one call. */
    record Create(DesiredSecret secret, String token, long generation) implements Write {
        @Override
        public String kind() {
            return "create";
        }
    }

    /**
     * The value differs: one UpdateSecret, with the KMS key where that differs too.
     *
     * @param changeKmsKey whether the key is to be set as well
     * @param adopted whether the secret was nobody's before
     * @param reason why, in words an operator understands: the source changed, the destination was changed by somebody, ...
     */
    record Update(
            DesiredSecret secret,
            DestinationSecret current,
            boolean changeKmsKey,
            boolean adopted,
            String reason,
            String token,
            long generation)
            implements Write {
        @Override
        public String kind() {
            return "update";
        }
    }

    /**
     * This sync had scheduled it for deletion and its name is wanted again: RestoreSecret, then UpdateSecret.
     *
     * @param changeKmsKey whether the key is to be set as well
     * @param writesValue whether the value is to be written: without it RestoreSecret alone does, because what was deleted is
     *     what is wanted, or because it must be read first, which is possible only once it is restored
     */
    record Restore(
            DesiredSecret secret,
            DestinationSecret current,
            boolean changeKmsKey,
            boolean writesValue,
            String token,
            long generation)
            implements Write {
        @Override
        public String kind() {
            return "restore";
        }
    }

    /**
     * The value is right already and the secret was nobody's: it is taken over without a new version.
     *
     * @param current with the version id whose value was read
     * @param generation of the run, for the fingerprint that the journal remembers
     */
    record Adopt(DesiredSecret secret, DestinationSecret current, long generation) implements Change {
        @Override
        public String name() {
            return secret.name();
        }

        @Override
        public String kind() {
            return "adopt";
        }
    }

    /** Only the KMS key differs: UpdateSecret without a value, so without a new version. */
    record ChangeKmsKey(DestinationSecret current) implements Change {
        @Override
        public String name() {
            return current.name();
        }

        @Override
        public String kind() {
            return "change-kms-key";
        }
    }

    /**
     * @param set tags to add or to give another value
     * @param remove keys this sync wrote and no longer wants
     */
    record Retag(DestinationSecret current, Map<String, String> set, Set<String> remove) implements Change {
        @Override
        public String name() {
            return current.name();
        }

        @Override
        public String kind() {
            return "retag";
        }
    }

    /**
     * Its copies in other regions are to be others: RemoveRegionsFromReplication, then ReplicateSecretToRegions, each only where
     * there is something for it.
     *
     * @param add regions to copy it to
     * @param remove regions this sync had it copied to; one that is also in {@code add} gets another KMS key
     */
    record Replicate(DestinationSecret current, List<ReplicaRegion> add, SortedSet<String> remove, String reason)
            implements Change {
        @Override
        public String name() {
            return current.name();
        }

        @Override
        public String kind() {
            return "replicate";
        }
    }

    /**
     * PutResourcePolicy with the sync's policy, or DeleteResourcePolicy.
     *
     * @param remove whether the sync wants none any more
     */
    record ChangePolicy(DestinationSecret current, boolean remove, String reason) implements Change {
        @Override
        public String name() {
            return current.name();
        }

        @Override
        public String kind() {
            return "change-policy";
        }
    }

    /**
     * Recoverable deletion.
     *
     * @param foreign whether it was nobody's, so that it goes only because of {@code overwrite-destination}
     * @param replacedBy name under which its secret is kept from now on: it goes only once that is there. Null where it is not kept
     */
    record Delete(DestinationSecret current, boolean foreign, String reason, String replacedBy) implements Change {
        public Delete(DestinationSecret current, boolean foreign, String reason) {
            this(current, foreign, reason, null);
        }

        @Override
        public String name() {
            return current.name();
        }

        @Override
        public String kind() {
            return "delete";
        }
    }

    /**
     * The value is right: no call.
     *
     * @param learned the journal's entry as it is to be stored now, because something was found out (a write whose answer was
     *     lost had arrived, the same value was found under another version id, AWS named the KMS key); null where the journal
     *     knows all
     */
    record Keep(String name, ManagedSecret learned) implements Change {
        public Keep(String name) {
            this(name, null);
        }

        @Override
        public String kind() {
            return "keep";
        }
    }

    /**
     * Left alone, on purpose and with a reason.
     *
     * @param code for machines: see {@link SkipReason}
     */
    record Skip(String name, SkipReason code, String reason) implements Change {
        @Override
        public String kind() {
            return "skip";
        }
    }
}
