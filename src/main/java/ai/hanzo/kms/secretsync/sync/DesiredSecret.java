package ai.hanzo.kms.secretsync.sync;

import java.util.Map;
import java.util.SortedSet;

/**
 * An AWS secret as it should be.
 *
 * @param name name in AWS, key schema applied
 * @param value what {@code SecretString} should be
 * @param tags configured tags and metadata, valid ones only; without the ownership tag
 * @param keys the KMS secrets it is made of: one, or with many-to-one all
 * @param basis what the journal's fingerprint is made of: the value itself, or, where a many-to-one secret also holds keys of
 *     others, only the part that comes from the KMS, so that a change of the source is seen without reading the destination
 */
public record DesiredSecret(
        String name, SecretText value, Map<String, String> tags, SortedSet<String> keys, SecretText basis) {

    public DesiredSecret(String name, SecretText value, Map<String, String> tags, SortedSet<String> keys) {
        this(name, value, tags, keys, value);
    }
}
