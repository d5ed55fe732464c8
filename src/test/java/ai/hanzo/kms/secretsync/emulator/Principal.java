package ai.hanzo.kms.secretsync.emulator;

import java.time.Instant;

/**
 * Who signs a call: a user with a long-term key, or a session of an assumed role.
 *
 * @param arn as {@code GetCallerIdentity} reports it
 * @param userId the unique id that {@code GetCallerIdentity} reports
 * @param sessionToken null for a user
 * @param expiration null for a user
 */
record Principal(
        String account,
        String arn,
        String userId,
        String accessKeyId,
        String secretAccessKey,
        String sessionToken,
        Instant expiration) {
    boolean isSession() {
        return sessionToken != null;
    }

    @Override
    public String toString() {
        return "Principal[" + arn + "]";
    }
}
