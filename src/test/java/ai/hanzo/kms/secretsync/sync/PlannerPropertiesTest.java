package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for any source, any destination, any history: runs, foreign writers, stale lists, crashes. */
class PlannerPropertiesTest {
    private static final List<String> KEYS = List.of("A", "B", "C", "D", "E");
    private static final List<String> VALUES = List.of("one", "two", "three", " one", "");
    private static final List<String> KMS_KEYS =
            List.of("alias/team", "11111111-2222", "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222");

    private static final KeyRules.Rename A_AS_X = new KeyRules.Rename("A", "X");
    private static final KeyRules.Rename A_AS_B = new KeyRules.Rename("A", "B");
    private static final KeyRules.Rename C_BY_PATTERN = new KeyRules.Rename("C*", "c-*");

    @Property(tries = 1500)
    void afterAnyHistoryOneRunConvergesAndTouchesNothingOfOthers(@ForAll long seed) {
        Random random = new Random(seed);
        World world = new World();
        options(world, random);
        for (int step = 0; step < 12; step++) {
            Map<String, DestinationSecret> earlier = world.aws.list();
            change(world, random);
            Map<String, String> protectedBefore = somebodyElses(world);
            Set<String> empty = emptyNames(world);
            Map<String, String> nobodysBefore = nobodys(world);
            Set<String> liveBefore = world.live();
            world.staleList = random.nextInt(4) == 0 ? earlier : null;
            world.stepsToLive = random.nextInt(3) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
            boolean approves = random.nextBoolean();
            try {
                if (approves) {
                    world.runApproved();
                } else {
                    world.run();
                }
            } catch (World.Crash e) {
                // The next run goes on from here.
            }
            if (world.requireApproval && !approves) {
                assertThat(world.live()).containsAll(liveBefore);
                nobodysBefore.forEach((name, state) ->
                        assertThat(world.aws.secrets.get(name).state()).isEqualTo(state));
            }
            world.stepsToLive = Integer.MAX_VALUE;
            world.staleList = null;
            assertThat(somebodyElses(world)).isEqualTo(protectedBefore);
            // An empty value never deletes; neither does an empty source.
            Set<String> kept = new HashSet<>(nothingAsked(world) ? liveBefore : empty);
            kept.retainAll(liveBefore);
            assertThat(world.live()).containsAll(kept);
        }
        world.readable = true;
        world.runApproved();
        // A many-to-one secret that was restored is merged in the run after that.
        world.runApproved();
        Plan again = world.plan();
        assertThat(again.changes())
                .as("seed %s", seed)
                .filteredOn(change -> !(nothingAsked(world) && change instanceof Change.Delete))
                .allMatch(change -> change instanceof Change.Skip
                        || (change instanceof Change.Keep keep && keep.learned() == null));
        everythingWantedIsThere(world, again);
    }

    @Property(tries = 1500)
    void betweenTwoLooksTheJournalLeadsToWhatAListWouldLeadTo(@ForAll long seed) {
        Random random = new Random(seed);
        World world = new World();
        options(world, random);
        world.mapping = Destination.ONE_TO_ONE;
        world.metadataAsTags = false;
        world.tagMode = random.nextBoolean() ? null : TagMode.NEVER;
        for (int i = 0; i < 6; i++) {
            change(world, random);
        }
        world.readable = true;
        world.runApproved();
        world.runApproved();
        if (!isSettled(world)) {
            return;
        }
        // A name that somebody else has taken, CreateSecret refuses.
        world.aws.secrets.keySet().retainAll(world.journal.keySet());
        Set<String> unwanted = Recall.unwanted(world.input());
        world.journal.keySet().retainAll(world.aws.secrets.keySet());
        boolean cutOff = false;
        for (int step = 0; step < 4; step++) {
            // What fails, is refused or is cut off is followed by a look at everything.
            for (int looks = 0; looks < 2 && (cutOff && looks == 0 || !isSettled(world)); looks++) {
                world.runApproved();
                unwanted = Recall.unwanted(world.input());
            }
            cutOff = false;
            for (int i = 0; i < 3; i++) {
                String key = KEYS.get(random.nextInt(KEYS.size()));
                if (random.nextInt(3) == 0) {
                    world.source.remove(key);
                } else {
                    world.secret(key, VALUES.get(random.nextInt(VALUES.size())));
                }
            }
            Set<String> told = told(world, world.plan());
            world.staleList = Recall.destination(world.sync(), world.input().wanted(), world.journal, unwanted);
            Set<String> recalled = told(world, world.plan());
            // A deletion whose answer was lost shows in the last look.
            world.aws.secrets.values().stream()
                    .filter(secret ->
                            secret.deleted && !world.journal.get(secret.name).deleted())
                    .forEach(secret -> List.of(recalled, told)
                            .forEach(all -> all.removeIf(what -> what.endsWith(" " + secret.name))));
            assertThat(recalled).as("seed %s", seed).isEqualTo(told);
            world.stepsToLive = random.nextInt(3) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
            try {
                world.runApproved();
            } catch (World.Crash e) {
                cutOff = true;
            }
            world.stepsToLive = Integer.MAX_VALUE;
            world.staleList = null;
        }
    }

    private static boolean isSettled(World world) {
        return world.plan().changes().stream().allMatch(change -> change instanceof Change.Keep || isHarmless(change));
    }

    private static boolean isHarmless(Change change) {
        return change instanceof Change.Skip skip
                && Set.of(SkipReason.NOT_REMOVED, SkipReason.EMPTY_VALUE, SkipReason.INVALID_TAG)
                        .contains(skip.code());
    }

    /** What a plan does to what; without secrets that are nobody's and stay. */
    private static Set<String> told(World world, Plan plan) {
        Set<String> told = new TreeSet<>();
        for (Change change : plan.changes()) {
            boolean foreign = change instanceof Change.Skip skip
                    && skip.code() == SkipReason.NOT_REMOVED
                    && !world.journal.containsKey(change.name());
            if (!foreign) {
                told.add(change.kind() + " " + change.name()
                        + (change instanceof Change.Skip skip ? " " + skip.code() : ""));
            }
        }
        return told;
    }

    @Property(tries = 1000)
    void aSingleRunConverges(@ForAll long seed) {
        Random random = new Random(seed);
        World world = new World();
        options(world, random);
        for (int i = 0; i < 6; i++) {
            change(world, random);
        }
        Plan first = world.runApproved();
        if (world.mapping.equals(Destination.MANY_TO_ONE) && !first.restore().isEmpty()) {
            return;
        }
        assertThat(world.plan().changes())
                .filteredOn(change -> !(nothingAsked(world) && change instanceof Change.Delete))
                .allMatch(change -> change instanceof Change.Skip || change instanceof Change.Keep);
    }

    @Property(tries = 1500)
    void aCrashAtAnyPointMakesNoSecondVersionOfTheSameContent(
            @ForAll long seed, @ForAll @IntRange(max = 20) int first, @ForAll @IntRange(max = 20) int second) {
        Random random = new Random(seed);
        World world = new World();
        options(world, random);
        for (int i = 0; i < 4; i++) {
            change(world, random);
        }
        world.runApproved();
        for (int i = 0; i < 2; i++) {
            change(world, random);
        }
        Map<String, Integer> versions = versions(world);
        for (int steps : List.of(first, second)) {
            world.stepsToLive = steps;
            try {
                world.runApproved();
            } catch (World.Crash e) {
                // Once more.
            }
        }
        world.stepsToLive = Integer.MAX_VALUE;
        world.runApproved();
        versions(world)
                .forEach((name, count) -> assertThat(count - versions.getOrDefault(name, 0))
                        .as(name)
                        .isLessThanOrEqualTo(1));
    }

    @Property(tries = 1000)
    void withoutReadPermissionNothingForeignIsOverwrittenAndOursConverge(@ForAll long seed) {
        Random random = new Random(seed);
        World world = new World();
        options(world, random);
        world.readable = false;
        world.mapping = Destination.ONE_TO_ONE;
        world.behavior = InitialSyncBehavior.OVERWRITE_DESTINATION;
        for (int i = 0; i < 8; i++) {
            change(world, random);
            Map<String, String> foreign = new TreeMap<>();
            world.aws.secrets.forEach((name, secret) -> {
                if (!world.journal.containsKey(name) && !secret.tags.containsKey(Tags.OWNER_TAG)) {
                    foreign.put(name, secret.versions.toString());
                }
            });
            world.runApproved();
            foreign.forEach((name, state) ->
                    assertThat(world.aws.secrets.get(name).versions.toString()).isEqualTo(state));
        }
        assertThat(world.plan().update()).isEmpty();
    }

    @Property(tries = 500)
    void whatIsProtectedFromDeletionStays(@ForAll long seed) {
        Random random = new Random(seed);
        World world = new World();
        options(world, random);
        if (random.nextBoolean()) {
            world.disableDeletion = true;
        } else if (random.nextBoolean()) {
            world.foreignSecrets = ForeignSecrets.KEEP;
        } else {
            world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
        }
        for (int i = 0; i < 8; i++) {
            change(world, random);
            Set<String> stays = new HashSet<>(world.live());
            if (!world.disableDeletion) {
                stays.removeIf(name -> world.journal.containsKey(name)
                        || world.aws.secrets.get(name).tags.containsKey(Tags.OWNER_TAG));
            }
            world.runApproved();
            assertThat(world.live()).containsAll(stays);
        }
    }

    private static void options(World world, Random random) {
        world.mapping = random.nextInt(3) == 0 ? Destination.MANY_TO_ONE : Destination.ONE_TO_ONE;
        world.behavior = InitialSyncBehavior.values()[random.nextInt(3)];
        world.schema = random.nextBoolean() ? null : "p-{{secretKey}}";
        world.disableDeletion = random.nextInt(4) == 0;
        world.foreignSecrets = random.nextInt(4) == 0 ? ForeignSecrets.KEEP : ForeignSecrets.REMOVE;
        world.initial = random.nextInt(3) == 0;
        world.rules = random.nextInt(3) == 0 ? rules(random) : null;
        world.tagMode = random.nextBoolean() ? null : TagMode.values()[random.nextInt(3)];
        world.requireApproval = random.nextInt(4) == 0;
        world.subFolders = random.nextInt(4) == 0;
        if (world.subFolders && random.nextBoolean()) {
            world.schema = "p/{{secretPath}}/{{secretKey}}";
        }
    }

    private static KeyRules rules(Random random) {
        return new KeyRules(
                random.nextInt(3) == 0 ? List.of("A", "B", "D*") : null,
                random.nextInt(3) == 0 ? List.of(random.nextBoolean() ? "B" : "?") : null,
                random.nextInt(3) == 0 ? null : List.of(random.nextBoolean() ? A_AS_X : A_AS_B, C_BY_PATTERN));
    }

    /** Whether by its rules the source has nothing for the sync. */
    private static boolean nothingAsked(World world) {
        KeyRules rules = world.sync().options().rulesForKeys();
        return world.source.values().stream()
                .allMatch(secret -> rules.leavesOut(secret.key()).isPresent());
    }

    private static void change(World world, Random random) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        String value = VALUES.get(random.nextInt(VALUES.size()));
        String name = name(world, random);
        SecretsManagerModel.Secret existing = world.aws.secrets.get(name);
        switch (random.nextInt(15)) {
            case 0, 1, 2, 3 -> {
                if (world.subFolders && random.nextBoolean()) {
                    world.secretIn(random.nextBoolean() ? "f" : "f/g", key, value);
                } else {
                    world.secret(key, value);
                }
            }
            case 4 -> world.source.remove(world.subFolders && random.nextBoolean() ? "f/" + key : key);
            case 5 -> foreign(world, name, random);
            case 6 -> {
                SecretsManagerModel.Secret secret = foreign(world, name, random);
                switch (random.nextInt(6)) {
                    case 0 -> secret.tags.put(Tags.OWNER_TAG, World.OTHER.toString());
                    case 1 -> secret.owningService = "rds";
                    case 2 -> secret.rotation = true;
                    case 3 -> secret.primaryRegion = "us-east-1";
                    case 4 -> secret.tags.put("aws:cloudformation:stack-id", "x");
                    default -> secret.tags.put("hashicorp:vault", "");
                }
            }
            case 14 -> world.rules = random.nextBoolean() ? rules(random) : null;
            case 7 -> {
                if (existing != null) {
                    existing.deleted = !existing.deleted;
                }
            }
            case 8 -> {
                // Deleted for good, and perhaps made again.
                world.aws.secrets.remove(name);
                if (random.nextBoolean()) {
                    foreign(world, name, random);
                }
            }
            case 9 -> {
                if (existing != null) {
                    existing.tags.put("foreign", value.strip());
                    existing.kmsKey = random.nextBoolean() ? null : "arn:aws:kms:eu-central-1:123456789012:key/theirs";
                }
            }
            case 10 ->
                world.tags = random.nextBoolean()
                        ? null
                        : List.of(new Tag("t" + random.nextInt(3), value.strip()), new Tag("managed-by", "us"));
            case 11 -> world.keyId = random.nextBoolean() ? null : KMS_KEYS.get(random.nextInt(KMS_KEYS.size()));
            case 12 -> {
                if (existing != null && !existing.deleted && existing.current != null) {
                    existing.current = "binary-" + random.nextInt();
                    existing.versions.put(existing.current, "\0");
                    existing.binary = true;
                }
            }
            default -> world.initial = false;
        }
    }

    private static SecretsManagerModel.Secret foreign(World world, String name, Random random) {
        String value = VALUES.get(random.nextInt(3));
        if (world.mapping.equals(Destination.MANY_TO_ONE) && random.nextInt(4) > 0) {
            value = "{\"X\":1.50,\"A\":\"" + value + "\"}";
        }
        return world.aws.foreign(name, value);
    }

    private static String name(World world, Random random) {
        if (world.mapping.equals(Destination.MANY_TO_ONE)) {
            return world.sync().keySchema().apply("app");
        }
        String key = random.nextInt(4) == 0 ? "X" : KEYS.get(random.nextInt(KEYS.size()));
        return random.nextInt(6) == 0 ? key : world.sync().keySchema().apply(key);
    }

    private static Set<String> emptyNames(World world) {
        Set<String> names = new HashSet<>();
        world.source.values().forEach(secret -> {
            KeyRules rules = world.sync().options().rulesForKeys();
            if (secret.value().isEmpty() && rules.leavesOut(secret.key()).isEmpty()) {
                names.add(world.sync().keySchema().apply(secret.folder(), rules.apply(secret.key())));
            }
        });
        return names;
    }

    /** Secrets that AWS or another tool or sync owns, written down without asking the code under test. */
    private static Map<String, String> somebodyElses(World world) {
        Map<String, String> states = new HashMap<>();
        world.aws.secrets.forEach((name, secret) -> {
            String owner = secret.tags.get(Tags.OWNER_TAG);
            boolean others = secret.owningService != null
                    || secret.rotation
                    || secret.primaryRegion != null
                    || secret.tags.containsKey("hashicorp:vault")
                    || secret.tags.containsKey("aws:cloudformation:stack-id")
                    || (owner != null && !owner.equals(World.SYNC.toString()))
                    || !Coverage.of(world.sync()).covers(name);
            if (others) {
                states.put(name, secret.state());
            }
        });
        return states;
    }

    /** What nobody has marked or taken over, with its values. */
    private static Map<String, String> nobodys(World world) {
        Map<String, String> states = new HashMap<>();
        world.aws.secrets.forEach((name, secret) -> {
            if (!secret.tags.containsKey(Tags.OWNER_TAG) && !world.journal.containsKey(name)) {
                states.put(name, secret.state());
            }
        });
        return states;
    }

    private static Map<String, Integer> versions(World world) {
        Map<String, Integer> versions = new TreeMap<>();
        world.aws.secrets.forEach((name, secret) -> versions.put(name, secret.versions.size()));
        return versions;
    }

    private static void everythingWantedIsThere(World world, Plan plan) {
        Set<String> skipped = new HashSet<>();
        plan.skipped().forEach(skip -> skipped.add(skip.name()));
        world.input().wanted().secrets().forEach((name, secret) -> {
            if (!skipped.contains(name)) {
                String value = world.aws.secrets.get(name).value();
                if (world.mapping.equals(Destination.ONE_TO_ONE)) {
                    // An import may have left blanks that the KMS does not keep.
                    assertThat(KmsValue.normalise(SecretText.of(value))).isEqualTo(KmsValue.normalise(secret.value()));
                } else {
                    SortedEntries.assertContains(value, secret.value().reveal());
                }
            }
        });
    }

    private static final class SortedEntries {
        static void assertContains(String actual, String wanted) {
            CanonicalJson.Body there = (CanonicalJson.Body) CanonicalJson.parse(SecretText.of(actual));
            CanonicalJson.Body asked = (CanonicalJson.Body) CanonicalJson.parse(SecretText.of(wanted));
            Map<String, SecretText> found = there.entries();
            asked.entries()
                    .forEach((key, text) ->
                            assertThat(KmsValue.normalise(found.get(key))).isEqualTo(KmsValue.normalise(text)));
        }
    }
}
