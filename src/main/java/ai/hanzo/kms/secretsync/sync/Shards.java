package ai.hanzo.kms.secretsync.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Divides the JSON object of a many-to-one sync that is too large for one AWS secret among several, its shards, and makes an
 * index in place of the object that names them: {@code {"kms-secret-sync/shards": ["app/shard-0", "app/shard-1"]}}. The object
 * is all members of all shards.
 *
 * <p>Where a key goes depends on the bits of its SHA-256 alone: shard {@code 01} has the keys whose hash begins with them. A
 * shard that is too large gives way to the two whose names are one bit longer. So the same secrets always make the same shards,
 * and a secret that is added, changed or removed changes one shard, and the index only where that one is divided or joined.
 */
public final class Shards {
    /** The only member of an index. No secret of the KMS can be called so: it takes no {@code /} in a name. */
    static final String INDEX_KEY = "kms-secret-sync/shards";

    private static final String INFIX = "/shard-";

    private Shards() {}

    /**
     * Shards by their name in AWS.
     *
     * @param name of the index
     * @param values of which each fits into a secret on its own: see {@link #tooLarge}
     */
    static SortedMap<String, CanonicalJson.Body> of(String name, Map<String, SecretText> values) {
        SortedMap<String, CanonicalJson.Body> shards = new TreeMap<>();
        divide(name + INFIX, values, 0, shards);
        return Collections.unmodifiableSortedMap(shards);
    }

    /** The first key, in the order of keys, that makes an object which is too large although nothing else is in it. */
    static Optional<String> tooLarge(Map<String, SecretText> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .filter(entry -> !fits(CanonicalJson.of(Map.of(entry.getKey(), entry.getValue()))))
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    static CanonicalJson.Body index(Collection<String> shards) {
        return CanonicalJson.ofNames(INDEX_KEY, new TreeSet<>(shards));
    }

    static SortedSet<String> indexKeys() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(Collections.singleton(INDEX_KEY)));
    }

    /** Whether an object is an index, which holds no secrets. */
    public static boolean isIndex(CanonicalJson.Body body) {
        return body.keys().equals(indexKeys());
    }

    /** Whether a name is that of a shard. */
    static boolean covers(String index, String name) {
        return name.startsWith(index + INFIX)
                && name.substring(index.length() + INFIX.length()).matches("[01]{1,256}");
    }

    /** What the names of all shards begin with. */
    static String prefix(String index) {
        return index + INFIX;
    }

    private static void divide(
            String name, Map<String, SecretText> values, int bits, SortedMap<String, CanonicalJson.Body> shards) {
        // The root is the object that was too large.
        if (bits > 0) {
            CanonicalJson.Body body = CanonicalJson.of(values);
            if (fits(body)) {
                shards.put(name, body);
                return;
            }
        }
        Map<Boolean, Map<String, SecretText>> halves = Map.of(false, new TreeMap<>(), true, new TreeMap<>());
        values.forEach((key, value) -> halves.get(bit(key, bits)).put(key, value));
        halves.forEach((one, half) -> {
            if (!half.isEmpty()) {
                divide(name + (one ? "1" : "0"), half, bits + 1, shards);
            }
        });
    }

    private static boolean fits(CanonicalJson.Body body) {
        return body.text().utf8Length() <= Wanted.MAX_BYTES;
    }

    private static boolean bit(String key, int at) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return (hash[at / 8] >> (7 - at % 8) & 1) == 1;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }
}
