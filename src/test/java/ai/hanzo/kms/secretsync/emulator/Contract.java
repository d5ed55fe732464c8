package ai.hanzo.kms.secretsync.emulator;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** The words of the contract suite: what is checked, on which evidence, against whom. */
final class Contract {
    private Contract() {}

    /** What an expectation rests on. */
    enum Evidence {
        /** Limits in AWS's service model. */
        M,
        /** AWS's API reference or guide. */
        D,
        /** Recorded from AWS by others. */
        R,
        /** Assumed. Of a refusal only the status 400 is expected. */
        A
    }

    /** The part of a check that does it. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    /**
     * One expectation.
     *
     * @param id stays the same for ever: lists of known deviations name it
     * @param source where in AWS's documentation, or in whose recording, it is found
     */
    record Check(String id, Evidence evidence, String source, String title, Body body) {
        /** Reports name the check that failed; build tools leave the display names of dynamic tests out. */
        void run() {
            try {
                body.run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(displayName() + ": " + e.getMessage(), e);
            }
        }

        String displayName() {
            return id + " [" + evidence + "] " + title + " (" + source + ")";
        }
    }

    /**
     * Whom the suite talks to.
     *
     * @param endpoint of all services; null: AWS itself
     * @param prefix of all names the suite uses; unique, so that nothing that is there gets in the way
     * @param kmsKeyId a customer managed key that can be used
     * @param roleArn a role in another account that can be assumed with {@code externalId}
     * @param listDelay how long a change may take to appear in lists
     */
    record Target(
            URI endpoint,
            AwsCredentials credentials,
            String region,
            String prefix,
            String kmsKeyId,
            String roleArn,
            String externalId,
            Duration listDelay) {}
}
