package ai.hanzo.kms.secretsync.devkms;

/** Requests allowed per client address and minute, by class of route. */
public record RateLimits(int read, int write, int secrets) {
    /** What the Hanzo fork enforces. */
    public static RateLimits ofTheFork() {
        return new RateLimits(60, 200, 40);
    }
}
