package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Origin;

/** Knows who is asking at this moment. */
@FunctionalInterface
public interface Origins {
    /** {@link Origin#SYSTEM} where nobody is. */
    Origin current();
}
