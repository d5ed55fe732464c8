package ai.hanzo.kms.secretsync.audit;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Says whether the audit trail is what was recorded: nothing changed, taken away, put in between or reordered, also not at its
 * end. One thing it cannot see from inside the database: that all of it was put back to what it was before. Whoever keeps number
 * and hash of an entry elsewhere can ask whether it is still there.
 */
public final class AuditVerification {
    private static final int AT_ONCE = 1_000;

    private final JdbcTemplate jdbc;
    private final Chain chain;
    private final TransactionOperations snapshot;

    /** @param snapshot in which everything read is of the same moment, though others go on writing */
    AuditVerification(JdbcTemplate jdbc, Chain chain, TransactionOperations snapshot) {
        this.jdbc = jdbc;
        this.chain = chain;
        this.snapshot = snapshot;
    }

    /**
     * What came of it.
     *
     * @param entries how many are in order, from the first on
     * @param hash of the last of them; empty where there is none
     * @param fault the first thing that is wrong; null where nothing is
     */
    public record Verdict(long entries, String hash, String fault) {
        public boolean sound() {
            return fault == null;
        }
    }

    /** An entry as it was when somebody noted it. */
    public record Known(long number, String hash) {}

    /** @param known what must be part of the chain; null for nothing in particular */
    public Verdict verify(Known known) {
        return snapshot.execute(status -> new Walk(known).verdict());
    }

    /** One walk along the chain. */
    private final class Walk {
        private final Known known;
        private long number;
        private String hash = Chain.START;

        Walk(Known known) {
            this.known = known;
        }

        Verdict verdict() {
            String fault =
                    entriesFault().or(this::headFault).or(this::knownFault).orElse(null);
            return new Verdict(number, hash, fault);
        }

        private Optional<String> entriesFault() {
            List<AuditEntry> some;
            do {
                some = jdbc.query(
                        "select * from audit_entry where entry_number > ? order by entry_number limit ?",
                        (row, index) -> AuditEntry.of(row),
                        number,
                        AT_ONCE);
                for (AuditEntry entry : some) {
                    Optional<String> fault = fault(entry);
                    if (fault.isPresent()) {
                        return fault;
                    }
                    number = entry.number();
                    hash = entry.hash();
                }
            } while (some.size() == AT_ONCE);
            return Optional.empty();
        }

        private Optional<String> fault(AuditEntry entry) {
            long expected = number + 1;
            if (entry.number() != expected) {
                return Optional.of(
                        entry.number() == expected + 1
                                ? "Entry " + expected + " is missing."
                                : "Entries " + expected + " to " + (entry.number() - 1) + " are missing.");
            }
            if (!Chain.same(entry.hash(), chain.hash(entry))) {
                return Optional.of("Entry " + expected + " was changed, or put there by somebody else.");
            }
            if (!Chain.same(entry.previousHash(), hash)) {
                return Optional.of("Entry " + expected + " is genuine but not in its place: entries were reordered, or"
                        + " some before it were taken away.");
            }
            if (known != null && known.number() == expected && !Chain.same(known.hash(), entry.hash())) {
                return Optional.of("Entry " + expected + " is not the one that you know.");
            }
            return Optional.empty();
        }

        private Optional<String> headFault() {
            List<Head> heads = jdbc.query(
                    "select entry_number, hash, seal from audit_head where id = 1", (row, index) -> Head.of(row));
            if (heads.isEmpty()) {
                return Optional.of("The head of the chain is missing: entries may be missing at the end.");
            }
            Head head = heads.get(0);
            if (head.untouched() && number == 0) {
                return Optional.empty();
            }
            if (!head.sealedBy(chain)) {
                return Optional.of("The head of the chain was changed: entries may be missing at the end, after entry "
                        + number + ".");
            }
            if (head.number() > number) {
                return Optional.of("The end is missing: entries " + (number + 1) + " to " + head.number() + ".");
            }
            if (head.number() < number || !Chain.same(head.hash(), hash)) {
                return Optional.of("The head of the chain is of an earlier time, entry " + head.number()
                        + ", than the last entry.");
            }
            return Optional.empty();
        }

        private Optional<String> knownFault() {
            return known != null && known.number() > number
                    ? Optional.of("Entry " + known.number() + ", which you know, is missing.")
                    : Optional.empty();
        }
    }
}
