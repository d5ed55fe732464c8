package ai.hanzo.kms.secretsync.audit;

import ai.hanzo.kms.secretsync.sync.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * An {@link AuditEvent} on record.
 *
 * @param number its place in the chain, from 1
 * @param details JSON text
 * @param previousHash that of the entry before it
 * @param hash see {@link Chain}
 */
public record AuditEntry(
        long number,
        Instant at,
        String event,
        String orgId,
        String projectId,
        Origin origin,
        String details,
        String previousHash,
        String hash) {
    /** This entry at the end of a chain. */
    AuditEntry following(long number, String previousHash, Chain chain) {
        AuditEntry open = new AuditEntry(number, at, event, orgId, projectId, origin, details, previousHash, null);
        return new AuditEntry(number, at, event, orgId, projectId, origin, details, previousHash, chain.hash(open));
    }

    static AuditEntry of(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong("entry_number"),
                row.getTimestamp("recorded_at").toInstant(),
                row.getString("event"),
                row.getString("org_id"),
                row.getString("project_id"),
                new Origin(row.getString("actor"), row.getString("address"), row.getString("request_id")),
                row.getString("details"),
                row.getString("previous_hash"),
                row.getString("hash"));
    }
}
