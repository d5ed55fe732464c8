package ai.hanzo.kms.secretsync.sync;

import java.util.Collections;
import java.util.SortedSet;

/**
 * What reading one secret told.
 *
 * @param observation what its value is, compared with the one that is wanted
 * @param versionId version that was read, which is fresher than the one a list names; null where nothing could be read
 * @param changedKeys with many-to-one the keys that a write would change; null where they are not known
 * @param conflicts with many-to-one those of them that the destination has too, with another value; otherwise empty
 */
public record Reading(
        Observation observation, String versionId, SortedSet<String> changedKeys, SortedSet<String> conflicts) {

    public Reading(Observation observation, String versionId) {
        this(observation, versionId, null, Collections.emptySortedSet());
    }

    /** GetSecretValue gave a text: compares it for one-to-one. With many-to-one see {@link ManyToOne#read}. */
    public static Reading of(DesiredSecret wanted, SecretText actual, String versionId) {
        if (actual.equals(wanted.value())) {
            return new Reading(Observation.EQUAL, versionId);
        }
        boolean equivalent = KmsValue.normalise(actual).equals(wanted.value());
        return new Reading(equivalent ? Observation.EQUIVALENT : Observation.DIFFERENT, versionId);
    }

    public static Reading binary(String versionId) {
        return new Reading(Observation.BINARY, versionId);
    }

    public static Reading noValue() {
        return new Reading(Observation.NO_VALUE, null);
    }

    /**
     * Reading was refused.
     *
     * @param versionId as DescribeSecret gives it, which needs other permissions; null where that was refused too
     */
    public static Reading unreadable(String versionId) {
        return new Reading(Observation.UNREADABLE, versionId);
    }
}
