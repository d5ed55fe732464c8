package ai.hanzo.kms.secretsync.kms;

import java.time.Duration;

/** Lets time pass; a test makes it pass at once. */
@FunctionalInterface
interface Pause {
    void of(Duration duration) throws InterruptedException;
}
