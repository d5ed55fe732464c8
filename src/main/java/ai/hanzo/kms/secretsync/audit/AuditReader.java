package ai.hanzo.kms.secretsync.audit;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Entries of the audit trail, to be looked at, the newest first. Who may see them is decided elsewhere. */
public final class AuditReader {
    private final JdbcClient jdbc;

    AuditReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Some entries.
     *
     * @param total how many there are in all
     */
    public record Found(List<AuditEntry> entries, int total) {}

    /** What belongs to a project. */
    public Found ofProject(String projectId, int limit, int offset) {
        return found("project_id in (:owners)", List.of(projectId), limit, offset);
    }

    /** What belongs to organisations, and to none of their projects. */
    public Found ofOrganizations(Collection<String> orgIds, int limit, int offset) {
        return orgIds.isEmpty()
                ? new Found(List.of(), 0)
                : found("project_id is null and org_id in (:owners)", orgIds, limit, offset);
    }

    private Found found(String condition, Collection<String> owners, int limit, int offset) {
        List<AuditEntry> entries = jdbc.sql("select * from audit_entry where " + condition
                        + " order by entry_number desc limit :limit offset :offset")
                .param("owners", owners)
                .param("limit", limit)
                .param("offset", offset)
                .query((row, number) -> AuditEntry.of(row))
                .list();
        int total = jdbc.sql("select count(*) from audit_entry where " + condition)
                .param("owners", owners)
                .query(Integer.class)
                .single();
        return new Found(entries, total);
    }
}
