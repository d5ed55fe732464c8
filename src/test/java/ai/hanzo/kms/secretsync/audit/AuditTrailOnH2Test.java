package ai.hanzo.kms.secretsync.audit;

import java.util.Map;

class AuditTrailOnH2Test extends AuditTrailContract {
    @Override
    Map<String, ?> database() {
        return Map.of(
                "spring.datasource.url",
                "jdbc:h2:mem:audit-trail;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;"
                        + "DB_CLOSE_DELAY=-1");
    }

    /** There are none. */
    @Override
    void dropGuards() {}

    @Override
    void restoreGuards() {}
}
