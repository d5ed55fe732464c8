package ai.hanzo.kms.secretsync.sync;

/**
 * What a sync put into another account or region than that of its destination, before its destination was changed.
 *
 * @param accountId AWS account id
 * @param region AWS region code
 * @param entry of the journal there
 */
public record Former(String accountId, String region, ManagedSecret entry) {}
