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
 */
public record DesiredSecret(String name, SecretText value, Map<String, String> tags, SortedSet<String> keys) {}
