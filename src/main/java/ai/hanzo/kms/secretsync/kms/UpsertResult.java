package ai.hanzo.kms.secretsync.kms;

import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What became of secrets that were to be written into the KMS: each key is in exactly one of the three.
 *
 * @param applied written
 * @param pending key to the id of the approval that it waits for: not written
 * @param refused key to the reason: not written, or (where {@code failure} says that the KMS did not answer) not known
 * @param failure what stopped the writing before its end, or null
 */
public record UpsertResult(
        SortedSet<String> applied,
        SortedMap<String, String> pending,
        SortedMap<String, String> refused,
        KmsException failure) {}
