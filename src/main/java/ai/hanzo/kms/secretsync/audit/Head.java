package ai.hanzo.kms.secretsync.audit;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The end of the chain as it is kept beside it.
 *
 * @param number of the last entry; 0 where there is none
 * @param seal see {@link Chain#seal}; empty where there has never been an entry
 */
record Head(long number, String hash, String seal) {
    /** In place of a seal, for ever, where somebody else has changed the head. */
    static final String BROKEN = "broken";

    static Head of(ResultSet row) throws SQLException {
        return new Head(row.getLong("entry_number"), row.getString("hash"), row.getString("seal"));
    }

    /** As the migration left it. */
    boolean untouched() {
        return number == 0 && hash.isEmpty() && seal.isEmpty();
    }

    boolean sealedBy(Chain chain) {
        return Chain.same(seal, chain.seal(number, hash));
    }
}
