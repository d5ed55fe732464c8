package ai.hanzo.kms.secretsync.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a peer is known to do otherwise than AWS, by the ids of the checks it fails: a line is the id and what the peer
 * does. An id with {@code ?} before it fails by chance.
 */
final class Deviations {
    private static final Pattern LINE = Pattern.compile("(?<chance>\\? )?(?<id>[A-Za-z0-9-]+) +(?<what>\\S.*)");

    private final String peer;
    private final Map<String, Boolean> byChance;

    private Deviations(String peer, Map<String, Boolean> byChance) {
        this.peer = peer;
        this.byChance = byChance;
    }

    /** Those in the resource {@code /deviations/<peer>.txt}. */
    static Deviations of(String peer) {
        String resource = "/deviations/" + peer + ".txt";
        try (InputStream list = Deviations.class.getResourceAsStream(resource)) {
            if (list == null) {
                throw new IllegalArgumentException("There is no list of deviations " + resource);
            }
            return parse(peer, new String(list.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Deviations parse(String peer, String list) {
        Map<String, Boolean> byChance = new LinkedHashMap<>();
        list.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("Not an id and what " + peer + " does: " + line);
            }
            if (byChance.put(matcher.group("id"), matcher.group("chance") != null) != null) {
                throw new IllegalArgumentException(matcher.group("id") + " is listed twice for " + peer);
            }
        });
        return new Deviations(peer, byChance);
    }

    Set<String> ids() {
        return byChance.keySet();
    }

    /** Fails where the peer deviates and is not known to, and where it is known to and does not. */
    void hold(Contract.Check check) {
        boolean known = byChance.containsKey(check.id());
        try {
            check.run();
        } catch (AssertionError deviation) {
            if (known) {
                return;
            }
            throw deviation;
        }
        if (known && !byChance.get(check.id())) {
            throw new AssertionError(
                    check.displayName() + ": " + peer + " does as AWS; take it off the list of its deviations");
        }
    }
}
