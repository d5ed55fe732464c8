package ai.hanzo.kms.secretsync.sync;

/**
 * Who asked for something, from where, and in which request.
 *
 * @param actor {@code identity:<id>} or {@code user:<id>} of the KMS, or the like; {@code system} for the service itself
 * @param address network address that the request came from; null where there was none
 * @param requestId the {@code reqId} that the caller of the API was told; null likewise
 */
public record Origin(String actor, String address, String requestId) {
    /** Nobody asked: the service does it by itself. */
    public static final Origin SYSTEM = new Origin("system", null, null);
}
