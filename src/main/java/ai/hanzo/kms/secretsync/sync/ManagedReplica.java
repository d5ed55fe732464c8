package ai.hanzo.kms.secretsync.sync;

/**
 * What the journal knows of a replica.
 *
 * @param keyId {@code keyId} option of the region when it was asked for, null for the default key
 * @param ours whether this sync asked AWS for it: only then may it be removed again. Stored before AWS is asked
 * @param inSync whether AWS has said since that it is there; until then it is looked at in every run
 */
public record ManagedReplica(String keyId, boolean ours, boolean inSync) {}
