package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;

/**
 * An entry of the audit trail.
 *
 * @param number its place in the trail of the whole installation, from 1
 * @param event what happened, such as {@code update-secret-sync}
 * @param orgId null where the project, or nobody, owns it
 * @param projectId null for what belongs to the organisation
 * @param actor {@code identity:<id>}, {@code user:<id>} or {@code system}
 * @param address where the request came from; null where there was none
 * @param requestId the {@code reqId} of the request; null likewise
 * @param details a JSON object, by the event; names, never a value
 * @param previousHash that of the entry before it, of whatever project; empty for the first
 * @param hash 64 hexadecimal digits
 */
public record AuditEntryView(
        long number,
        Instant at,
        String event,
        String orgId,
        String projectId,
        String actor,
        String address,
        String requestId,
        @JsonRawValue String details,
        String previousHash,
        String hash) {}
