package ai.hanzo.kms.secretsync.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The tags a secret should have, and what is to be done about those it has. */
public final class Tags {
    /** Says which sync made a secret; the value is the id of the sync. Written with the secret, never changed nor removed. */
    public static final String OWNER_TAG = "hanzo-kms:sync-id";

    /** Tags of one secret, those of AWS itself not counted. */
    public static final int MAX_TAGS = 50;

    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;
    private static final Pattern CHARACTERS = Pattern.compile("[\\p{L}\\p{N}\\p{Z}_.:/=+\\-@]*");

    private Tags() {}

    /**
     * @param tags valid tags, the ones to be dropped first if there are too many at the end
     * @param dropped what could not become a tag, and why, one sentence each
     */
    public record Wanted(Map<String, String> tags, List<String> dropped) {
        public Wanted {
            tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * @param set tags to add or to give another value
     * @param remove keys of tags this sync wrote and no longer wants; to be removed <em>before</em> the others are set, so that
     *     the limit of {@value #MAX_TAGS} is kept in between
     * @param dropped what cannot be set because the secret would have too many tags, one sentence each
     */
    public record Difference(Map<String, String> set, SortedSet<String> remove, List<String> dropped) {
        public boolean isEmpty() {
            return set.isEmpty() && remove.isEmpty();
        }
    }

    /** The configured tags alone, valid ones only. */
    public static Wanted configured(SyncOptions options) {
        return collect(configuredByKey(options), Map.of());
    }

    /**
     * Metadata of a secret as tags, overlaid by the configured ones. Encrypted metadata never becomes a tag. {@code dropped}
     * speaks of metadata only: what is wrong with configured tags is the same for all secrets and said by
     * {@link #configured}.
     *
     * @param metadata of the secret; ignored unless the option says that it becomes tags
     */
    public static Wanted wanted(SyncOptions options, List<SourceSecret.Metadata> metadata) {
        Map<String, String> fromMetadata = new TreeMap<>();
        if (options.metadataAsTags()) {
            for (SourceSecret.Metadata item : metadata) {
                if (!item.encrypted()) {
                    fromMetadata.put(item.key(), text(item.value()));
                }
            }
        }
        Map<String, String> configured = configured(options).tags();
        return collect(configured, fromMetadata);
    }

    /**
     * @param actual all tags the secret has
     * @param wanted as {@link #wanted} gave them
     * @param written keys of the tags this sync wrote earlier: nothing else is ever removed, and of these neither tags of AWS
     *     nor the ownership tag
     */
    public static Difference difference(Map<String, String> actual, Map<String, String> wanted, Set<String> written) {
        SortedSet<String> remove = new TreeSet<>();
        for (String key : written) {
            if (actual.containsKey(key) && !wanted.containsKey(key) && !reserved(key)) {
                remove.add(key);
            }
        }
        int count = 0;
        for (String key : actual.keySet()) {
            if (!isAws(key) && !remove.contains(key)) {
                count++;
            }
        }
        Map<String, String> set = new LinkedHashMap<>();
        List<String> dropped = new ArrayList<>();
        for (Map.Entry<String, String> tag : wanted.entrySet()) {
            String key = tag.getKey();
            if (reserved(key) || tag.getValue().equals(actual.get(key))) {
                continue;
            }
            if (actual.containsKey(key)) {
                set.put(key, tag.getValue());
            } else if (count < MAX_TAGS) {
                set.put(key, tag.getValue());
                count++;
            } else {
                dropped.add("tag \"" + key + "\": the secret has " + MAX_TAGS + " tags already");
            }
        }
        return new Difference(Collections.unmodifiableMap(set), Collections.unmodifiableSortedSet(remove), dropped);
    }

    /** Whether AWS keeps tags of this name to itself. */
    public static boolean isAws(String key) {
        return key.regionMatches(true, 0, "aws:", 0, 4);
    }

    private static boolean reserved(String key) {
        return isAws(key) || key.equals(OWNER_TAG);
    }

    private static Map<String, String> configuredByKey(SyncOptions options) {
        Map<String, String> tags = new TreeMap<>();
        if (options.tags() != null) {
            options.tags().forEach(tag -> tags.put(tag.key(), text(tag.value())));
        }
        return tags;
    }

    /** First come, first served: what is configured has precedence over metadata, and one place is the ownership tag's. */
    private static Wanted collect(Map<String, String> first, Map<String, String> second) {
        Map<String, String> tags = new LinkedHashMap<>();
        List<String> dropped = new ArrayList<>();
        for (Map<String, String> layer : List.of(first, second)) {
            for (Map.Entry<String, String> tag : layer.entrySet()) {
                if (tags.containsKey(tag.getKey())) {
                    continue;
                }
                String problem = problem(tag.getKey(), tag.getValue());
                if (problem == null && tags.size() >= MAX_TAGS - 1) {
                    problem = "a secret has at most " + MAX_TAGS + " tags, one of them this service's own";
                }
                if (problem == null) {
                    tags.put(tag.getKey(), tag.getValue());
                } else {
                    dropped.add("tag \"" + tag.getKey() + "\": " + problem);
                }
            }
        }
        return new Wanted(tags, dropped);
    }

    /** What AWS would refuse about a tag, or null. Never holds the value. */
    private static String problem(String key, String value) {
        if (key == null || key.isEmpty() || key.length() > MAX_KEY) {
            return "a key has 1 to " + MAX_KEY + " characters";
        }
        if (value.length() > MAX_VALUE) {
            return "a value has at most " + MAX_VALUE + " characters";
        }
        if (isAws(key)) {
            return "keys that begin with aws: belong to AWS";
        }
        if (key.equals(OWNER_TAG)) {
            return "this key belongs to this service";
        }
        if (!CHARACTERS.matcher(key).matches()) {
            return "keys can only contain Unicode letters, digits, white space and any of the following: _.:/=+@-";
        }
        return CHARACTERS.matcher(value).matches()
                ? null
                : "values can only contain Unicode letters, digits, white space and any of the following: _.:/=+@-";
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
