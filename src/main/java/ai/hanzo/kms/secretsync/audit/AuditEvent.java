package ai.hanzo.kms.secretsync.audit;

import ai.hanzo.kms.secretsync.sync.Origin;
import java.util.Map;

/**
 * Something that is to go on record.
 *
 * @param event what happened, such as {@code update-secret-sync}
 * @param orgId the organisation it belongs to, or null
 * @param projectId the project, whose members may read of it, or null
 * @param details what of, as JSON; names, never a value
 */
public record AuditEvent(String event, String orgId, String projectId, Origin origin, Map<String, ?> details) {}
