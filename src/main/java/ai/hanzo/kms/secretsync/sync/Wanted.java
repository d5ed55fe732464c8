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
 * @param sourceEmpty whether the source has no secret at all: nothing is then written and nothing deleted
 * @param keepsForeignKeys with many-to-one: whether keys of others stay in the JSON object, so that it must be read before it
 *     is written
 */
public record Wanted(
        SortedMap<String, DesiredSecret> secrets,
        List<Change.Skip> skips,
        List<String> warnings,
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
        Tags.Wanted withoutMetadata = Tags.wanted(options, List.of());
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
                            Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(secret.key())))));
        }
        return new Wanted(
                secrets, skips, tagWarnings(options), snapshot.secrets().isEmpty(), false);
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
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, true, keepsForeignKeys);
        }
        Map<String, SecretText> values = new LinkedHashMap<>();
        for (SourceSecret secret : snapshot.secrets().values()) {
            if (values.put(secret.key(), secret.value()) != null) {
                Change.Skip skip = new Change.Skip(
                        name,
                        SkipReason.DUPLICATE_NAME,
                        "Several secrets of the source are called " + secret.key() + "; rename or move all but one");
                return new Wanted(new TreeMap<>(), List.of(skip), warnings, false, keepsForeignKeys);
            }
        }
        if (!NAME.matcher(name).matches()) {
            Change.Skip skip = new Change.Skip(
                    name,
                    SkipReason.INVALID_NAME,
                    "AWS takes names of 1 to 512 of the characters A-Z a-z 0-9 / _ + = . @ -; change secretName or keySchema");
            return new Wanted(new TreeMap<>(), List.of(skip), warnings, false, keepsForeignKeys);
        }
        CanonicalJson.Body body = CanonicalJson.of(values);
        DesiredSecret secret =
                new DesiredSecret(name, body.text(), Tags.configured(options).tags(), body.keys());
        return new Wanted(new TreeMap<>(), List.of(), warnings, false, keepsForeignKeys).with(secret);
    }

    /** Whether a many-to-one sync leaves keys of others in its JSON object. */
    static boolean keepsForeignKeys(SyncOptions options, ForeignSecrets foreignSecrets) {
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
        return new Wanted(changed, skipped, warnings, sourceEmpty, keepsForeignKeys);
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
