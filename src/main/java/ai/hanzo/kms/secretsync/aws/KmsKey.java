package ai.hanzo.kms.secretsync.aws;

/**
 * A KMS key that secrets can be encrypted with, as a person chooses it.
 *
 * @param alias with its {@code alias/} prefix
 * @param id key id
 */
public record KmsKey(String alias, String id) {}
