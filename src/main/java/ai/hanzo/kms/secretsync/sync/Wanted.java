package ai.hanzo.kms.secretsync.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the source asks for at the destination: the mapping of KMS secrets to AWS secrets. One that cannot be written is
 * skipped with its reason and keeps none of the others back.
 *
 * @param secrets by their name in AWS, sorted
 * @param skips what is not written, and why; the names of secrets are never deleted either: the source still has them
 * @param warnings about the sync as a whole
 * @param index name of the one among them that names all the others, {@link Shards}; null where there is none
 * @param sourceEmpty whether the source has no secret at all: nothing is then written and nothing deleted
 * @param keepsForeignKeys with many-to-one: whether keys of others stay in the JSON object, so that it must be read before it
 *     is written
 */
public record Wanted(
        SortedMap<String, DesiredSecret> secrets,
        List<Change.Skip> skips,
        List<String> warnings,
        String index,
        boolean sourceEmpty,
        boolean keepsForeignKeys) {

    /** Longest value AWS takes, in bytes of UTF-8. */
    public static final int MAX_BYTES = 65_536;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,512}");

    public Wanted {
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        skips = List.copyOf(skips);
        warnings = List.copyOf(warnings);
    }

    /** One-to-one or many-to-one, as the sync says; a mapping behaviour that a team added is one-to-one here. */
    public static Wanted of(SourceSnapshot snapshot, SecretSync sync, ForeignSecrets foreignSecrets) {
        return Destination.MANY_TO_ONE.equals(sync.destination().mappingBehavior())
                ? manyToOne(snapshot, sync, foreignSecrets)
                : oneToOne(snapshot, sync);
    }

    private static Wanted oneToOne(SourceSnapshot snapshot, SecretSync sync) {
        KeySchema schema = sync.keySchema();
        SyncOptions options = sync.options();
        Map<String, Integer> takers = new HashMap<>();
        for (SourceSecret secret : snapshot.secrets().values()) {
            takers.merge(secret.key(), 1, Integer::sum);
        }
        SortedMap<String, DesiredSecret> secrets = new TreeMap<>();
        List<Change.Skip> skips = new ArrayList<>();
        Set<String> duplicates = new TreeSet<>();
        for (SourceSecret secret : snapshot.secrets().values()) {
            String name = schema.apply(secret.key());
            if (takers.get(secret.key()) > 1) {
                if (duplicates.add(name)) {
                    skips.add(new Change.Skip(
                            name,
                            SkipReason.DUPLICATE_NAME,
                            takers.get(secret.key())
                                    + " secrets of the source have this name; rename or move all but one"));
                }
                continue;
            }
            Change.Skip skip = problem(name, secret, schema);
            if (skip != null) {
                skips.add(skip);
                continue;
            }
            Tags.Wanted tags = Tags.wanted(options, secret.metadata());
            if (!tags.dropped().isEmpty()) {
                skips.add(new Change.Skip(
                        name,
                        SkipReason.INVALID_TAG,
                        "Not all of its metadata became tags: " + String.join("; ", tags.dropped())));
            }
            secrets.put(
                    name,
                    new DesiredSecret(
                            name,
                            secret.value(),
                            tags.tags(),
                            Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(secret.key())))));
        }
        return new Wanted(
                secrets, skips, tagWarnings(options), null, snapshot.secrets().isEmpty(), false);
    }

    private static Change.Skip problem(String name, SourceSecret secret, KeySchema schema) {
        if (!NAME.matcher(name).matches()) {
            return new Change.Skip(
                    name,
                    SkipReason.INVALID_NAME,
                    "AWS takes names of 1 to 512 of the characters A-Z a-z 0-9 / _ + = . @ -; rename the secret in the KMS");
        }
        if (!schema.covers(name)) {
            return new Change.Skip(
                    name,
                    SkipReason.INVALID_NAME,
                    "The key schema " + schema + " would not recognise this name again; rename the secret in the KMS");
        }
        if (secret.value().isEmpty()) {
            return new Change.Skip(
                    name,
                    SkipReason.EMPTY_VALUE,
                    "The source's value is empty, which AWS cannot store; what is at the destination stays");
        }
        return tooLarge(name, secret.value().utf8Length());
    }

    private static Wanted manyToOne(SourceSnapshot snapshot, SecretSync sync, ForeignSecrets foreignSecrets) {
        SyncOptions options = sync.options();
        String name = sync.keySchema().apply(sync.destination().secretName());
        boolean keepsForeignKeys = keepsForeignKeys(options, foreignSecrets);
        List<String> warnings = tagWarnings(options);
        if (snapshot.secrets().isEmpty()) {
            Change.Skip skip = new Change.Skip(
                    name,
                    SkipReason.EMPTY_VALUE,
                    "The source has no secrets; an empty source neither writes nor deletes anything");
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, true, keepsForeignKeys);
        }
        Map<String, SecretText> values = new LinkedHashMap<>();
        for (SourceSecret secret : snapshot.secrets().values()) {
            if (values.put(secret.key(), secret.value()) != null) {
                Change.Skip skip = new Change.Skip(
                        name,
                        SkipReason.DUPLICATE_NAME,
                        "Several secrets of the source are called " + secret.key() + "; rename or move all but one");
                return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, false, keepsForeignKeys);
            }
        }
        if (!NAME.matcher(name).matches()) {
            Change.Skip skip = new Change.Skip(
                    name,
                    SkipReason.INVALID_NAME,
                    "AWS takes names of 1 to 512 of the characters A-Z a-z 0-9 / _ + = . @ -; change secretName or keySchema");
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, false, keepsForeignKeys);
        }
        CanonicalJson.Body body = CanonicalJson.of(values);
        int bytes = body.text().utf8Length();
        if (bytes > MAX_BYTES) {
            String undivided = undivided(values, options, keepsForeignKeys);
            if (undivided == null) {
                return sharded(name, values, options, warnings);
            }
            Change.Skip skip = new Change.Skip(
                    name,
                    SkipReason.TOO_LARGE,
                    "The value has " + bytes + " bytes; AWS takes at most " + MAX_BYTES + ". " + undivided);
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, false, keepsForeignKeys);
        }
        DesiredSecret secret =
                new DesiredSecret(name, body.text(), Tags.configured(options).tags(), body.keys());
        return new Wanted(new TreeMap<>(), List.of(), warnings, null, false, keepsForeignKeys).with(secret);
    }

    /** Why an object that is too large stays in one piece, and what to do; null where it is divided. */
    private static String undivided(Map<String, SecretText> values, SyncOptions options, boolean keepsForeignKeys) {
        if (!options.sharded()) {
            return "Make it smaller in the KMS, or let it be divided with syncOptions.sharding";
        }
        if (keepsForeignKeys) {
            return "It is not divided, because this installation keeps keys of others in it; make it smaller in the KMS";
        }
        return Shards.tooLarge(values)
                .map(key -> "It cannot be divided: " + key + " alone is too large; make that smaller in the KMS")
                .orElse(null);
    }

    private static Wanted sharded(
            String name, Map<String, SecretText> values, SyncOptions options, List<String> warnings) {
        Map<String, String> tags = Tags.configured(options).tags();
        SortedMap<String, DesiredSecret> secrets = new TreeMap<>();
        Shards.of(name, values)
                .forEach((shard, body) -> secrets.put(shard, new DesiredSecret(shard, body.text(), tags, body.keys())));
        for (String shard : secrets.keySet()) {
            if (!NAME.matcher(shard).matches()) {
                Change.Skip skip = new Change.Skip(
                        name,
                        SkipReason.INVALID_NAME,
                        "The name of its shard " + shard + " is longer than the 512 characters that AWS takes; change"
                                + " secretName or keySchema");
                return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, false, false);
            }
        }
        CanonicalJson.Body index = Shards.index(secrets.keySet());
        return new Wanted(secrets, List.of(), warnings, name, false, false)
                .with(new DesiredSecret(name, index.text(), tags, Shards.indexKeys()));
    }

    /** Whether a many-to-one sync leaves keys of others in its JSON object. */
    public static boolean keepsForeignKeys(SyncOptions options, ForeignSecrets foreignSecrets) {
        return options.deletionDisabled()
                || foreignSecrets == ForeignSecrets.KEEP
                || options.initialSyncBehavior() != InitialSyncBehavior.OVERWRITE_DESTINATION;
    }

    /** The same with another value for a secret: refused where it is too large. */
    Wanted with(DesiredSecret secret) {
        SortedMap<String, DesiredSecret> changed = new TreeMap<>(secrets);
        List<Change.Skip> skipped = new ArrayList<>(skips);
        int bytes = secret.value().utf8Length();
        Change.Skip skip = tooLarge(secret.name(), bytes);
        if (skip != null) {
            changed.remove(secret.name());
            skipped.add(skip);
        } else {
            changed.put(secret.name(), secret);
        }
        return new Wanted(changed, skipped, warnings, index, sourceEmpty, keepsForeignKeys);
    }

    /** Secrets whose value has 80 % of what AWS takes, or more, one sentence each. */
    List<String> sizeWarnings() {
        List<String> large = new ArrayList<>();
        for (DesiredSecret secret : secrets.values()) {
            int bytes = secret.value().utf8Length();
            if (5L * bytes >= 4L * MAX_BYTES) {
                large.add("The value of " + secret.name() + " has " + bytes + " bytes, " + 100L * bytes / MAX_BYTES
                        + " % of what AWS takes");
            }
        }
        return large;
    }

    private static Change.Skip tooLarge(String name, int bytes) {
        return bytes <= MAX_BYTES
                ? null
                : new Change.Skip(
                        name,
                        SkipReason.TOO_LARGE,
                        "The value has " + bytes + " bytes; AWS takes at most " + MAX_BYTES
                                + ". Make it smaller in the KMS");
    }

    private static List<String> tagWarnings(SyncOptions options) {
        return Tags.configured(options).dropped().stream()
                .map(problem -> "Configured " + problem)
                .toList();
    }
}
