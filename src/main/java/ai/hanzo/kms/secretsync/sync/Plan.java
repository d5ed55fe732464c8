package ai.hanzo.kms.secretsync.sync;

import java.util.List;

/**
 * The difference between source and destination.
 *
 * @param changes in the order of names; at most one of a kind per secret, {@link Change.Keep} included
 * @param blocked why it must not be carried out, or null
 */
public record Plan(List<Change> changes, String blocked) {}
