package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.CanonicalJson;
import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.sync.Coverage;
import ai.hanzo.kms.secretsync.sync.DesiredSecret;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.KeyRules;
import ai.hanzo.kms.secretsync.sync.ManyToOne;
import ai.hanzo.kms.secretsync.sync.Planner;
import ai.hanzo.kms.secretsync.sync.Reading;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Shards;
import ai.hanzo.kms.secretsync.sync.SkipReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.stereotype.Component;

/** Looks at the destination of a sync: lists, describes, and reads values where they must be known. */
@Component("destination")
public class Destinations {
    private static final String NO_KEY = "By the key rules no secret of this sync can have its name";

    private final DestinationReader reader;
    private final ExecutorService threads;

    /**
     * @param changeThreads threads that call for whom this thread calls
     */
    Destinations(DestinationReader reader, ExecutorService changeThreads) {
        this.reader = reader;
        this.threads = changeThreads;
    }

    /**
     * What reading told.
     *
     * @param input with what is wanted now: many-to-one keeps keys of others that were seen
     */
    public record Look(Planner.Input input, Map<String, Reading> readings) {}

    /** Everything the sync may cover, as ListSecrets shows it: it may be five minutes old. */
    public List<DestinationSecret> list(SecretSync sync) {
        Destination at = sync.destination();
        return reader.list(at.connectionId(), at.region(), Coverage.of(sync).prefix());
    }

    /** Some secrets as they are now, looked at side by side; empty where there is none. The first failure ends it. */
    public Map<String, Optional<DestinationSecret>> describe(SecretSync sync, Collection<String> names) {
        Map<String, Optional<DestinationSecret>> described = new ConcurrentHashMap<>();
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        CompletableFuture<?>[] looks = names.stream()
                .map(name -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                if (failure.get() == null) {
                                    described.put(name, Optional.ofNullable(current(sync, name)));
                                }
                            } catch (RuntimeException e) {
                                failure.compareAndSet(null, e);
                            }
                        },
                        threads))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(looks).join();
        if (failure.get() != null) {
            throw failure.get();
        }
        return described;
    }

    /** A secret as it is now, null where there is none. */
    public DestinationSecret current(SecretSync sync, String name) {
        Destination at = sync.destination();
        return reader.describe(at.connectionId(), at.region(), name).orElse(null);
    }

    /** Reads the values of some secrets that are wanted, and keeps only how they compare. */
    public Look read(Planner.Input input, Collection<String> names) {
        Destination at = input.sync().destination();
        Map<String, Reading> readings = new HashMap<>();
        AtomicReference<Planner.Input> seen = new AtomicReference<>(input);
        reader.read(at.connectionId(), at.region(), names, (name, value) -> {
            if (value instanceof CurrentValue.Text text && Destination.MANY_TO_ONE.equals(at.mappingBehavior())) {
                ManyToOne.Seen manyToOne = ManyToOne.read(seen.get(), name, text.value(), text.versionId());
                seen.set(manyToOne.input());
                readings.put(name, manyToOne.reading());
            } else {
                reading(input.wanted().secrets().get(name), value).ifPresent(reading -> readings.put(name, reading));
            }
        });
        return new Look(seen.get(), readings);
    }

    private static Optional<Reading> reading(DesiredSecret wanted, CurrentValue value) {
        if (value instanceof CurrentValue.Text text) {
            return Optional.of(Reading.of(wanted, text.value(), text.versionId()));
        }
        if (value instanceof CurrentValue.Binary binary) {
            return Optional.of(Reading.binary(binary.versionId()));
        }
        if (value instanceof CurrentValue.NoValue) {
            return Optional.of(Reading.noValue());
        }
        return value instanceof CurrentValue.Unreadable ? Optional.of(Reading.unreadable(null)) : Optional.empty();
    }

    /**
     * What an import found.
     *
     * @param entries by what is left of the name without the key schema; with {@link #traced} by the key in the KMS
     * @param skips secrets that could not be read, or that no key leads to
     */
    public record Importable(SortedMap<String, ConflictResolution.Entry> entries, List<Change.Skip> skips) {}

    /** Reads the values of some secrets for an import, with many-to-one the entries of the JSON object. */
    public Importable entries(SecretSync sync, Collection<String> names) {
        Destination at = sync.destination();
        boolean manyToOne = Destination.MANY_TO_ONE.equals(at.mappingBehavior());
        SortedMap<String, ConflictResolution.Entry> entries = new TreeMap<>();
        List<Change.Skip> skips = new ArrayList<>();
        KeyRules rules = sync.options().rulesForKeys();
        List<String> led = new ArrayList<>();
        for (String name : names) {
            String rest = sync.keySchema().strip(name).orElse("");
            if (manyToOne || !rules.keysOf(rest).isEmpty()) {
                led.add(name);
            } else {
                skips.add(new Change.Skip(name, SkipReason.NOT_IMPORTED, NO_KEY));
            }
        }
        reader.read(at.connectionId(), at.region(), led, (name, value) -> {
            if (value instanceof CurrentValue.Unreadable unreadable) {
                AwsFailure failure = unreadable.failure();
                skips.add(new Change.Skip(name, SkipReason.NOT_IMPORTED, failure.message() + " " + failure.remedy()));
            } else if (manyToOne) {
                members(name, value, entries, skips);
            } else {
                String key = sync.keySchema().strip(name).orElse("");
                entry(name, value).ifPresent(entry -> entries.put(key, entry));
            }
        });
        return new Importable(entries, skips);
    }

    /**
     * The same by the keys in the KMS, where the key rules call secrets otherwise.
     *
     * @param keys of the source: where several keys could have had the name, the one that is there is meant
     */
    public Importable traced(SecretSync sync, Importable found, Set<String> keys) {
        KeyRules rules = sync.options().rulesForKeys();
        SortedMap<String, ConflictResolution.Entry> entries = new TreeMap<>();
        List<Change.Skip> skips = new ArrayList<>(found.skips());
        found.entries().forEach((rest, entry) -> {
            SortedSet<String> possible = rules.keysOf(rest);
            List<String> there = possible.stream().filter(keys::contains).toList();
            if (possible.size() == 1 || there.size() == 1) {
                entries.put(possible.size() == 1 ? possible.first() : there.get(0), entry);
            } else {
                skips.add(new Change.Skip(
                        entry.name(),
                        SkipReason.NOT_IMPORTED,
                        possible.isEmpty()
                                ? NO_KEY
                                : "By the key rules it can come from " + String.join(" or ", possible)
                                        + "; make the one that is meant in the KMS, or change the rules"));
            }
        });
        return new Importable(entries, skips);
    }

    private static Optional<ConflictResolution.Entry> entry(String name, CurrentValue value) {
        if (value instanceof CurrentValue.Absent) {
            return Optional.empty();
        }
        return Optional.of(new ConflictResolution.Entry(
                name,
                value instanceof CurrentValue.Text text ? text.value() : null,
                value instanceof CurrentValue.Binary));
    }

    private static void members(
            String name,
            CurrentValue value,
            SortedMap<String, ConflictResolution.Entry> entries,
            List<Change.Skip> skips) {
        if (value instanceof CurrentValue.NoValue || value instanceof CurrentValue.Absent) {
            return;
        }
        if (parsed(value) instanceof CanonicalJson.Body body) {
            if (Shards.isIndex(body)) {
                return;
            }
            body.entries().forEach((key, text) -> entries.put(key, new ConflictResolution.Entry(key, text, false)));
        } else {
            skips.add(new Change.Skip(
                    name,
                    SkipReason.NOT_A_JSON_OBJECT,
                    "Failed to import secrets. Invalid format for Many-To-One mapping behavior: requires key/value"
                            + " configuration"));
        }
    }

    /** What is in some JSON objects, by name; without those that cannot be read. */
    public Map<String, CanonicalJson.Parsed> bodies(SecretSync sync, Collection<String> names) {
        Destination at = sync.destination();
        Map<String, CanonicalJson.Parsed> bodies = new HashMap<>();
        reader.read(at.connectionId(), at.region(), names, (name, value) -> {
            if (value instanceof CurrentValue.Text || value instanceof CurrentValue.Binary) {
                bodies.put(name, parsed(value));
            }
        });
        return bodies;
    }

    private static CanonicalJson.Parsed parsed(CurrentValue value) {
        return value instanceof CurrentValue.Text text
                ? CanonicalJson.parse(text.value())
                : new CanonicalJson.NotAnObject();
    }
}
