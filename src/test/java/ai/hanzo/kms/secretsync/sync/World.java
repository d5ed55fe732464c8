package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** A sync, its journal and a Secrets Manager, in memory: runs are made as the routes make them, and can be cut off anywhere. */
final class World {
    static final UUID SYNC = UUID.fromString("00000000-0000-4000-8000-000000000001");
    static final UUID OTHER = UUID.fromString("00000000-0000-4000-8000-000000000002");

    final SecretsManagerModel aws = new SecretsManagerModel();
    final Map<String, ManagedSecret> journal = new TreeMap<>();
    final Map<String, String> heldByOthers = new HashMap<>();
    final Set<String> retired = new HashSet<>();
    final VersionTokens tokens = VersionTokens.of(new byte[32], SYNC, "123456789012", "eu-central-1");
    final TreeMap<String, SourceSecret> source = new TreeMap<>();

    String mapping = Destination.ONE_TO_ONE;
    InitialSyncBehavior behavior = InitialSyncBehavior.OVERWRITE_DESTINATION;
    String schema;
    boolean disableDeletion;
    String keyId;
    List<Tag> tags;
    boolean metadataAsTags;
    KeyRules rules;
    Boolean sharding;
    TagMode tagMode;
    boolean requireApproval;
    boolean subFolders;
    boolean initial;
    boolean readable = true;
    boolean describable = true;
    ForeignSecrets foreignSecrets = ForeignSecrets.REMOVE;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    String approved;
    /** What ListSecrets shows; null for the truth. */
    Map<String, DestinationSecret> staleList;

    /** What the sync has put into other places. */
    List<Former> formers = List.of();

    Move move;

    private long generation;

    /** The process died. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Steps (a journal write or a call) until the process dies. */
    int stepsToLive = Integer.MAX_VALUE;

    World secret(String key, String value) {
        source.put(key, new SourceSecret(key, SecretText.of(value), List.of()));
        return this;
    }

    /** A route of a team calls a key otherwise from now on. */
    World called(String key, String name) {
        source.computeIfPresent(key, (path, secret) -> secret.called(name));
        return this;
    }

    World secretIn(String folder, String key, String value) {
        SourceSecret secret = new SourceSecret(folder, key, SecretText.of(value), List.of());
        source.put(secret.path(), secret);
        return this;
    }

    World metadata(String key, String value, SourceSecret.Metadata... metadata) {
        source.put(key, new SourceSecret(key, SecretText.of(value), List.of(metadata)));
        return this;
    }

    SecretSync sync() {
        return new SecretSync(
                SYNC,
                "sync",
                null,
                new Source("project", "dev", "/", subFolders),
                new Destination(
                        UUID.fromString("00000000-0000-4000-8000-00000000000c"),
                        "eu-central-1",
                        mapping,
                        mapping.equals(Destination.MANY_TO_ONE) ? "app" : null),
                new SyncOptions(behavior, schema, disableDeletion, keyId, tags, metadataAsTags)
                        .with(draft -> draft.keyRules(rules)
                                .sharding(sharding)
                                .tagMode(tagMode)
                                .requireApproval(requireApproval)
                                .move(move)),
                true,
                initial);
    }

    Planner.Input input() {
        SecretSync sync = sync();
        Planner.Input input = new Planner.Input(
                sync,
                Wanted.of(new SourceSnapshot(source, Set.of(), null), sync, foreignSecrets),
                staleList == null ? aws.list() : staleList,
                Map.of(),
                journal,
                heldByOthers,
                retired,
                tokens,
                ++generation,
                foreignSecrets,
                KmsKeys.of("123456789012", Map.of()),
                now,
                approved,
                new Elsewhere("123456789012", formers, Set.of()));
        if (!describable) {
            return input;
        }
        Map<String, Optional<DestinationSecret>> described = new HashMap<>();
        Planner.descriptionsNeeded(input).forEach(name -> described.put(name, aws.describe(name)));
        return input.withDescribed(described);
    }

    Plan plan() {
        return Planner.plan(read(input()), readings);
    }

    private Map<String, Reading> readings = Map.of();

    private Planner.Input read(Planner.Input input) {
        readings = new HashMap<>();
        Planner.Input seen = input;
        for (String name : Planner.valuesNeeded(input)) {
            SecretsManagerModel.Secret secret = aws.secrets.get(name);
            if (secret == null || secret.deleted) {
                continue;
            }
            if (!readable) {
                readings.put(name, Reading.unreadable(describable ? secret.current : null));
            } else if (secret.current == null) {
                readings.put(name, Reading.noValue());
            } else if (secret.binary) {
                readings.put(name, Reading.binary(secret.current));
            } else if (mapping.equals(Destination.MANY_TO_ONE)) {
                ManyToOne.Seen many = ManyToOne.read(seen, name, SecretText.of(secret.value()), secret.current);
                seen = many.input();
                readings.put(name, many.reading());
            } else {
                readings.put(
                        name,
                        Reading.of(input.wanted().secrets().get(name), SecretText.of(secret.value()), secret.current));
            }
        }
        return seen;
    }

    /** Plans and carries out; what is blocked is not carried out. */
    Plan run() {
        Planner.Input input = read(input());
        Plan plan = Planner.plan(input, readings);
        if (plan.blocked() == null) {
            apply(plan, input);
        }
        return plan;
    }

    /** The same with whatever deletions the plan has approved. */
    Plan runApproved() {
        Plan toApprove = plan();
        approved = toApprove.toApprove() == null ? toApprove.deletionDigest() : toApprove.toApprove();
        try {
            return run();
        } finally {
            approved = null;
        }
    }

    void apply(Plan plan, Planner.Input input) {
        Journal entries = Journal.of(input.sync(), tokens, input.now());
        for (String name : plan.gone()) {
            step(() -> journal.remove(name));
        }
        for (boolean deletions : List.of(false, true)) {
            for (List<Change> changes : plan.byName().values()) {
                for (Change change : changes) {
                    if (change instanceof Change.Delete == deletions && !apply(change, input, entries)) {
                        break;
                    }
                }
            }
        }
    }

    private boolean apply(Change change, Planner.Input input, Journal entries) {
        String name = change.name();
        ManagedSecret entry = journal.get(name);
        DestinationSecret fresh = aws.describe(name).orElse(null);
        boolean needsOne =
                !(change instanceof Change.Create || change instanceof Change.Keep || change instanceof Change.Skip);
        if (fresh == null
                ? needsOne
                : Planner.refusal(change, fresh, entry, input).isPresent()) {
            return false;
        }
        if (change instanceof Change.Delete delete && delete.replacedBy() != null) {
            ManagedSecret replacement = journal.get(delete.replacedBy());
            if (replacement == null || !replacement.inPlace()) {
                return false;
            }
        }
        if (change instanceof Change.Write write) {
            ManagedSecret intended = entries.intended(entry, write);
            step(() -> journal.put(name, intended));
            boolean[] done = {false};
            step(() -> done[0] = write(write));
            if (!done[0]) {
                step(() -> entries.refused(intended)
                        .ifPresentOrElse(e -> journal.put(name, e), () -> journal.remove(name)));
                return false;
            }
            SecretsManagerModel.Secret written = aws.secrets.get(name);
            step(() -> journal.put(name, entries.written(intended, write, written.arn, written.current)));
        } else if (change instanceof Change.Adopt adopt) {
            step(() -> journal.put(name, entries.adopted(entry, adopt)));
        } else if (change instanceof Change.ChangeKmsKey key) {
            step(() -> aws.secrets.get(name).kmsKey = reported(keyId));
            step(() -> journal.put(name, entries.kmsKeyChanged(entry, key)));
        } else if (change instanceof Change.Retag retag) {
            step(() -> aws.retag(name, retag.set(), retag.remove()));
            step(() -> journal.put(name, entries.retagged(entry, retag)));
        } else if (change instanceof Change.Delete delete) {
            step(() -> aws.delete(name));
            step(() -> journal.put(name, entries.deleted(entry, delete)));
        } else if (change instanceof Change.Keep keep && keep.learned() != null) {
            step(() -> journal.put(name, keep.learned()));
        }
        return true;
    }

    private boolean write(Change.Write write) {
        String value = write.secret().value().reveal();
        if (write instanceof Change.Create) {
            Map<String, String> all = new TreeMap<>(write.secret().tags());
            all.put(Tags.OWNER_TAG, SYNC.toString());
            return aws.create(write.name(), value, write.token(), all, reported(keyId));
        }
        if (write instanceof Change.Restore restore) {
            aws.secrets.get(write.name()).deleted = false;
            if (restore.changeKmsKey()) {
                aws.secrets.get(write.name()).kmsKey = reported(keyId);
            }
            return !restore.writesValue() || aws.update(write.name(), value, write.token());
        }
        if (!aws.update(write.name(), value, write.token())) {
            return false;
        }
        if (((Change.Update) write).changeKmsKey()) {
            aws.secrets.get(write.name()).kmsKey = reported(keyId);
        }
        return true;
    }

    /** AWS names the key behind an alias, which this service cannot know. */
    private static String reported(String wanted) {
        return wanted != null && wanted.startsWith("alias/")
                ? "arn:aws:kms:eu-central-1:123456789012:key/of-" + wanted.substring(6)
                : wanted;
    }

    private void step(Runnable step) {
        if (stepsToLive-- <= 0) {
            throw new Crash();
        }
        step.run();
    }

    Set<String> live() {
        Set<String> names = new TreeSet<>();
        aws.secrets.forEach((name, secret) -> {
            if (!secret.deleted) {
                names.add(name);
            }
        });
        return names;
    }
}
