package ai.hanzo.kms.secretsync.audit;

import ai.hanzo.kms.secretsync.sync.Origin;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The audit trail of the installation: one chain for all projects, so that it also shows where all that is known of one of them
 * was taken away.
 */
public final class AuditTrail {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    /** Text in ASCII, so that every database gives it back as it was, whatever a name holds. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final int LONGEST_ACTOR = 255;
    private static final int LONGEST_TEXT = 64;

    private final JdbcTemplate jdbc;
    private final Chain chain;
    private final Clock clock;

    AuditTrail(JdbcTemplate jdbc, Chain chain, Clock clock) {
        this.jdbc = jdbc;
        this.chain = chain;
        this.clock = clock;
    }

    /**
     * Records what the caller's transaction changes: both or neither. The entry is written as the last thing before the commit,
     * so that the end of the chain, which everybody needs, is held for a moment only, and after every other lock.
     *
     * @throws IllegalStateException without a transaction
     */
    public void record(AuditEvent event) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("Nothing is recorded without the transaction of what it is about");
        }
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        TransactionSynchronizationManager.getSynchronizations().stream()
                .filter(Pending.class::isInstance)
                .map(Pending.class::cast)
                .findFirst()
                .orElseGet(this::pending)
                .add(entry(event, at));
    }

    private Pending pending() {
        Pending pending = new Pending();
        TransactionSynchronizationManager.registerSynchronization(pending);
        return pending;
    }

    private static AuditEntry entry(AuditEvent event, Instant at) {
        Origin origin = event.origin();
        return new AuditEntry(
                0,
                at,
                event.event(),
                event.orgId(),
                event.projectId(),
                new Origin(
                        capped(origin.actor(), LONGEST_ACTOR),
                        capped(origin.address(), LONGEST_TEXT),
                        capped(origin.requestId(), LONGEST_TEXT)),
                json(event),
                null,
                null);
    }

    private static String capped(String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest);
    }

    private static String json(AuditEvent event) {
        try {
            return JSON.writeValueAsString(event.details());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The details of " + event.event() + " are no JSON");
        }
    }

    /** What goes on record when the transaction commits. */
    private final class Pending implements TransactionSynchronization {
        private final List<AuditEntry> entries = new ArrayList<>();
        private boolean written;

        void add(AuditEntry entry) {
            if (written) {
                throw new IllegalStateException("Too late to record " + entry.event());
            }
            entries.add(entry);
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            written = true;
            append(entries);
        }
    }

    private void append(List<AuditEntry> entries) {
        Head head = held();
        boolean sound = head.untouched() ? last().isEmpty() : head.sealedBy(chain);
        if (!sound) {
            // It stays broken, so that it can be seen for ever; what is done from now on is on record all the same.
            LOG.error("The end of the audit trail was changed by others: run \"audit verify\"");
        }
        long number = sound ? head.number() : last().map(AuditEntry::number).orElse(0L);
        String hash = sound ? head.hash() : last().map(AuditEntry::hash).orElse(Chain.START);
        List<Object[]> rows = new ArrayList<>();
        for (AuditEntry pending : entries) {
            AuditEntry entry = pending.following(++number, hash, chain);
            hash = entry.hash();
            rows.add(row(entry));
        }
        jdbc.batchUpdate(
                "insert into audit_entry (entry_number, recorded_at, event, org_id, project_id, actor, address, request_id,"
                        + " details, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
        jdbc.update(
                "update audit_head set entry_number = ?, hash = ?, seal = ? where id = 1",
                number,
                hash,
                sound ? chain.seal(number, hash) : Head.BROKEN);
    }

    private static Object[] row(AuditEntry entry) {
        return new Object[] {
            entry.number(),
            Timestamp.from(entry.at()),
            entry.event(),
            entry.orgId(),
            entry.projectId(),
            entry.origin().actor(),
            entry.origin().address(),
            entry.origin().requestId(),
            entry.details(),
            entry.previousHash(),
            entry.hash()
        };
    }

    /** The head; nobody else has it until the transaction ends. */
    private Head held() {
        String held = "select entry_number, hash, seal from audit_head where id = 1 for update";
        List<Head> found = jdbc.query(held, (row, number) -> Head.of(row));
        if (found.isEmpty()) {
            jdbc.update(
                    "insert into audit_head (id, entry_number, hash, seal) values (1, 0, '', ?) on conflict do nothing",
                    Head.BROKEN);
            found = jdbc.query(held, (row, number) -> Head.of(row));
        }
        return found.get(0);
    }

    private Optional<AuditEntry> last() {
        return jdbc
                .query(
                        "select * from audit_entry order by entry_number desc limit 1",
                        (row, number) -> AuditEntry.of(row))
                .stream()
                .findFirst();
    }
}
