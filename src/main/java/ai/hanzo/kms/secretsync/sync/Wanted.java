package ai.hanzo.kms.secretsync.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the source asks for at the destination: the mapping of KMS secrets to AWS secrets. One that cannot be written is
 * skipped with its reason and keeps none of the others back.
 *
 * @param secrets by their name in AWS, sorted
 * @param skips what is not written, and why; the names of secrets are never deleted either: the source still has them, but for
 *     those that {@link KeyRules} leave out
 * @param warnings about the sync as a whole
 * @param index name of the one among them that names all the others, {@link Shards}; null where there is none
 * @param sourceEmpty whether the source has no secret at all, or none that is not left out: nothing is then written and nothing
 *     deleted
 * @param renamed one-to-one, what those are called in AWS to which a route of a team has given a name, by their
 *     {@link SourceSecret#path}, whether they can be written or not
 * @param keepsForeignKeys with many-to-one: whether keys of others stay in the JSON object, so that it must be read before it
 *     is written
 */
public record Wanted(
        SortedMap<String, DesiredSecret> secrets,
        List<Change.Skip> skips,
        List<String> warnings,
        String index,
        boolean sourceEmpty,
        Map<String, String> renamed,
        boolean keepsForeignKeys) {

    /** Longest value AWS takes, in bytes of UTF-8. */
    public static final int MAX_BYTES = 65_536;

    /** How many secrets are named where there may be any number. */
    private static final int TOLD = 10;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,512}");

    public Wanted {
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        skips = List.copyOf(skips);
        warnings = List.copyOf(warnings);
        renamed = Map.copyOf(renamed);
    }

    /** One in which everything is called by its key. */
    public Wanted(
            SortedMap<String, DesiredSecret> secrets,
            List<Change.Skip> skips,
            List<String> warnings,
            String index,
            boolean sourceEmpty,
            boolean keepsForeignKeys) {
        this(secrets, skips, warnings, index, sourceEmpty, Map.of(), keepsForeignKeys);
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
        KeyRules rules = options.rulesForKeys();
        List<Change.Skip> skips = new ArrayList<>();
        List<SourceSecret> taken = new ArrayList<>();
        Map<String, Integer> takers = new HashMap<>();
        Map<String, String> renamed = new HashMap<>();
        for (SourceSecret secret : snapshot.secrets().values()) {
            Optional<String> leftOut = rules.leavesOut(secret.called());
            String name = schema.apply(secret.folder(), rules.apply(secret.called()));
            if (leftOut.isPresent()) {
                skips.add(new Change.Skip(name, SkipReason.LEFT_OUT, leftOut.get()));
                continue;
            }
            taken.add(secret);
            takers.merge(name, 1, Integer::sum);
            if (secret.isRenamed()) {
                renamed.put(secret.path(), name);
            }
        }
        SortedMap<String, DesiredSecret> secrets = new TreeMap<>();
        SortedMap<String, List<SourceSecret>> duplicates = new TreeMap<>();
        Tags.Wanted withoutMetadata = Tags.wanted(options, List.of());
        for (SourceSecret secret : taken) {
            String name = schema.apply(secret.folder(), rules.apply(secret.called()));
            if (takers.get(name) > 1) {
                duplicates.computeIfAbsent(name, taker -> new ArrayList<>()).add(secret);
                continue;
            }
            Change.Skip skip = problem(name, secret, schema);
            if (skip != null) {
                skips.add(skip);
                continue;
            }
            Tags.Wanted tags = secret.metadata().isEmpty() ? withoutMetadata : Tags.wanted(options, secret.metadata());
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
                            Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(secret.path())))));
        }
        duplicates.forEach((name, all) -> skips.add(new Change.Skip(
                name,
                SkipReason.DUPLICATE_NAME,
                all.size() + " secrets of the source have this name: " + told(all, sync)
                        + ". Rename or move all but one")));
        return new Wanted(secrets, skips, tagWarnings(options), null, taken.isEmpty(), renamed, false);
    }

    /** The first few secrets, with their folder where there may be several, and the rule that renamed them. */
    private static String told(List<SourceSecret> secrets, SecretSync sync) {
        KeyRules rules = sync.options().rulesForKeys();
        String told = secrets.stream()
                .limit(TOLD)
                .map(secret -> (sync.source().subFolders() ? sync.source().pathOf(secret.path()) : secret.key())
                        + (secret.isRenamed()
                                ? " (which a route from direct:source-key calls " + secret.called() + ")"
                                : "")
                        + rules.renaming(secret.called())
                                .map(rule -> " (key rule rename " + rule + ")")
                                .orElse(""))
                .collect(Collectors.joining(", "));
        return secrets.size() > TOLD ? told + " and " + (secrets.size() - TOLD) + " more" : told;
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
        KeyRules rules = options.rulesForKeys();
        List<String> leftOut = new ArrayList<>();
        List<SourceSecret> taken = new ArrayList<>();
        for (SourceSecret secret : snapshot.secrets().values()) {
            rules.leavesOut(secret.called()).ifPresentOrElse(leftOut::add, () -> taken.add(secret));
        }
        if (taken.isEmpty()) {
            Change.Skip skip = new Change.Skip(
                    name,
                    SkipReason.EMPTY_VALUE,
                    leftOut.isEmpty()
                            ? "The source has no secrets; an empty source neither writes nor deletes anything"
                            : "The key rules leave out every secret of the source; nothing is written or deleted then");
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, true, keepsForeignKeys);
        }
        Map<String, SecretText> values = new LinkedHashMap<>();
        for (SourceSecret secret : taken) {
            String key = rules.apply(secret.called());
            if (values.put(key, secret.value()) != null) {
                List<SourceSecret> takers = taken.stream()
                        .filter(other -> rules.apply(other.called()).equals(key))
                        .toList();
                Change.Skip skip = new Change.Skip(
                        name,
                        SkipReason.DUPLICATE_NAME,
                        "Several secrets of the source are called " + key + ": " + told(takers, sync)
                                + ". Rename or move all but one");
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
        List<Change.Skip> skips = leftOut.isEmpty() ? List.of() : List.of(leftOut(name, leftOut));
        int bytes = body.text().utf8Length();
        if (bytes > MAX_BYTES) {
            String undivided = undivided(values, options, keepsForeignKeys);
            if (undivided == null) {
                return sharded(name, values, options, skips, warnings);
            }
            Change.Skip skip = new Change.Skip(
                    name,
                    SkipReason.TOO_LARGE,
                    "The value has " + bytes + " bytes; AWS takes at most " + MAX_BYTES + ". " + undivided);
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, null, false, keepsForeignKeys);
        }
        DesiredSecret secret =
                new DesiredSecret(name, body.text(), Tags.configured(options).tags(), body.keys());
        return new Wanted(new TreeMap<>(), skips, warnings, null, false, keepsForeignKeys).with(secret);
    }

    private static Change.Skip leftOut(String name, List<String> reasons) {
        String told = String.join(". ", reasons.subList(0, Math.min(TOLD, reasons.size())));
        return new Change.Skip(
                name,
                SkipReason.LEFT_OUT,
                reasons.size() > TOLD ? told + ". And " + (reasons.size() - TOLD) + " more" : told);
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
            String name,
            Map<String, SecretText> values,
            SyncOptions options,
            List<Change.Skip> skips,
            List<String> warnings) {
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
        return new Wanted(secrets, skips, warnings, name, false, false)
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
        return new Wanted(changed, skipped, warnings, index, sourceEmpty, renamed, keepsForeignKeys);
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
