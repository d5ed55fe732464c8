package ai.hanzo.kms.secretsync.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How entries are bound to each other: the hash of an entry is HMAC-SHA-256 over its fields and the hash of the entry before it.
 * It is keyed because a plain hash would only show accidents: whoever can write to the database could make it again for every
 * entry from the changed one on. The key is stored encrypted by the master key, so that verifying needs that, too.
 *
 * <p>An entry's number is no part of its hash: its place is where the chain has it.
 */
final class Chain {
    /** What the first entry follows. */
    static final String START = "";

    private static final String ALGORITHM = "HmacSHA256";
    private final SecretKeySpec key;

    Chain(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The hash that an entry must have, whatever it has. */
    String hash(AuditEntry entry) {
        return mac(
                "entry",
                entry.previousHash(),
                entry.at().toString(),
                entry.event(),
                entry.orgId(),
                entry.projectId(),
                entry.origin().actor(),
                entry.origin().address(),
                entry.origin().requestId(),
                entry.details());
    }

    /** What must be kept with the number and the hash of the last entry. */
    String seal(long number, String hash) {
        return mac("head", Long.toString(number), hash);
    }

    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** Each field with its length before it, so that nothing can move from one to the next. */
    private String mac(String... fields) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (String field : fields) {
                byte[] bytes = Objects.requireNonNullElse(field, "").getBytes(StandardCharsets.UTF_8);
                mac.update(((field == null ? "-" : bytes.length) + ":").getBytes(StandardCharsets.US_ASCII));
                mac.update(bytes);
            }
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is in every JDK", e);
        }
    }
}
