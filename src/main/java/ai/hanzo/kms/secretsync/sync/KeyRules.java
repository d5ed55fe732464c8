package ai.hanzo.kms.secretsync.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which secrets of the source a sync takes, and what it calls them. All patterns are about the key in the KMS; the key schema
 * is applied to what the rename rules make of it.
 *
 * <p>A key that is left out is, for this sync, not in the source: what the sync wrote under it before goes like everything else
 * that went from the source. A secret of nobody's whose name no key can get by these rules is none of this sync's business and
 * stays, also with {@code overwrite-destination}.
 *
 * @param include globs of which one must fit; null or empty for every key
 * @param exclude globs of which none may fit; null or empty for none. Takes precedence over {@code include}
 * @param rename the first that fits counts; a key that none fits keeps its name. Null or empty for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyRules(List<String> include, List<String> exclude, List<Rename> rename) {
    /** Most patterns of a kind. */
    public static final int MOST = 50;

    /** Longest pattern, in characters. */
    public static final int LONGEST = 255;

    private static final KeyRules NONE = new KeyRules(null, null, null);

    public KeyRules {
        include = include == null ? null : List.copyOf(include);
        exclude = exclude == null ? null : List.copyOf(exclude);
        rename = rename == null ? null : List.copyOf(rename);
    }

    /**
     * Another name for keys. With a {@code *}, which then stands for at least one character, both sides have exactly one, so that
     * every name leads back to one key: imports need that.
     *
     * @param from a key, or a pattern of keys
     * @param to what becomes of it, before the key schema is applied
     */
    public record Rename(String from, String to) {
        private static final String STAR = "*";

        /** Whether every key that fits gets a name of its own, which leads back to it. */
        public static boolean goesTogether(String from, String to) {
            return stars(from) <= 1 && stars(from) == stars(to);
        }

        private static long stars(String pattern) {
            return pattern.chars().filter(c -> c == '*').count();
        }

        private Optional<String> apply(String key) {
            return swap(from, to, key);
        }

        private Optional<String> invert(String name) {
            return swap(to, from, name);
        }

        private static Optional<String> swap(String pattern, String other, String text) {
            int star = pattern.indexOf(STAR);
            if (star < 0) {
                return pattern.equals(text) ? Optional.of(other) : Optional.empty();
            }
            int after = pattern.length() - star - 1;
            boolean fits = text.length() > star + after
                    && text.startsWith(pattern.substring(0, star))
                    && text.endsWith(pattern.substring(star + 1));
            return fits
                    ? Optional.of(other.replace(STAR, text.substring(star, text.length() - after)))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return "\"" + from + "\" to \"" + to + "\"";
        }
    }

    /** Every key, under its own name. */
    public static KeyRules none() {
        return NONE;
    }

    /** Why a key is left out, as a sentence without its full stop; empty where it is taken. */
    public Optional<String> leavesOut(String key) {
        for (String pattern : orNone(exclude)) {
            if (Glob.matches(pattern, key)) {
                return Optional.of("The key rule exclude \"" + pattern + "\" leaves " + key + " out of this sync");
            }
        }
        if (orNone(include).isEmpty() || include.stream().anyMatch(pattern -> Glob.matches(pattern, key))) {
            return Optional.empty();
        }
        return Optional.of("No include rule takes " + key + " into this sync");
    }

    /** What a key is called, before the key schema is applied; whether it is taken is not looked at. */
    public String apply(String key) {
        for (Rename rule : orNone(rename)) {
            Optional<String> renamed = rule.apply(key);
            if (renamed.isPresent()) {
                return renamed.get();
            }
        }
        return key;
    }

    /** The rule by which a key is called otherwise; empty where it keeps its name. */
    public Optional<Rename> renaming(String key) {
        return orNone(rename).stream()
                .filter(rule -> rule.apply(key).isPresent())
                .findFirst();
    }

    /**
     * The keys that are taken and called so. With one, or none, there is no doubt; more there can be where a rule renames to what
     * another key is called by itself.
     *
     * @param name what is left of the name in AWS without the key schema
     */
    public SortedSet<String> keysOf(String name) {
        SortedSet<String> keys = new TreeSet<>();
        keys.add(name);
        orNone(rename).forEach(rule -> rule.invert(name).ifPresent(keys::add));
        keys.removeIf(key -> !apply(key).equals(name) || leavesOut(key).isPresent());
        return Collections.unmodifiableSortedSet(keys);
    }

    private static <T> List<T> orNone(List<T> rules) {
        return rules == null ? List.of() : rules;
    }
}
