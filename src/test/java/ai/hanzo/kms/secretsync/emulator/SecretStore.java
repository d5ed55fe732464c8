package ai.hanzo.kms.secretsync.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The secrets, one partition per account and region. A partition remembers the states of the last {@link #MEMORY},
 * so that a list can be answered as of a while ago. Readers never wait; writers of a partition wait for each other,
 * for as long as a change in memory takes.
 */
final class SecretStore {
    /** How far back a list can look. AWS's own lists are at most five minutes behind. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final Clock clock;
    private final Map<Place, Partition> partitions = new ConcurrentHashMap<>();

    SecretStore(Clock clock) {
        this.clock = clock;
    }

    /** An account and one of its regions. */
    record Place(String account, String region) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byAccount = account.compareTo(other.account);
            return byAccount != 0 ? byAccount : region.compareTo(other.region);
        }
    }

    /** Where a secret stands in the order in which AWS lists: by creation, then by name. */
    record Creation(Instant at, String name) implements Comparable<Creation> {
        @Override
        public int compareTo(Creation other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : name.compareTo(other.name);
        }
    }

    Partition partition(String account, String region) {
        return partitions.computeIfAbsent(new Place(account, region), place -> new Partition());
    }

    Collection<Place> places() {
        return partitions.keySet().stream().sorted().toList();
    }

    void clear() {
        partitions.clear();
    }

    private record Change(Instant at, Secret state) {}

    /** All states of one name within {@link #MEMORY}, newest first and never empty. */
    private record History(List<Change> changes) {
        Secret latest() {
            return changes.get(0).state();
        }

        Secret asOf(Instant time) {
            for (Change change : changes) {
                if (!change.at().isAfter(time)) {
                    return change.state();
                }
            }
            return null;
        }

        History then(Instant now, Secret state) {
            List<Change> kept = new ArrayList<>(2);
            kept.add(new Change(now, state));
            for (Change change : changes) {
                kept.add(change);
                if (change.at().isBefore(now.minus(MEMORY))) {
                    break;
                }
            }
            return new History(List.copyOf(kept));
        }

        History corrected(Secret state) {
            List<Change> all = new ArrayList<>(changes);
            all.set(0, new Change(changes.get(0).at(), state));
            return new History(List.copyOf(all));
        }
    }

    /** The secrets of one account in one region. */
    final class Partition {
        private final ConcurrentSkipListMap<String, History> byName = new ConcurrentSkipListMap<>();
        private final ConcurrentSkipListMap<Creation, String> byCreation = new ConcurrentSkipListMap<>();
        private final Deque<Gone> gone = new ArrayDeque<>();

        private record Gone(Instant at, Creation creation) {}

        /** The secret as it is now; null when there is none or its recovery window has ended. */
        Secret get(String name) {
            History history = byName.get(name);
            return history == null ? null : alive(history.latest(), clock.instant());
        }

        /**
         * Replaces the secret with what {@code change} makes of it. Both may be null, meaning no such secret; when
         * {@code change} returns what it got or throws, nothing happens.
         */
        synchronized Secret change(String name, UnaryOperator<Secret> change) {
            Instant now = clock.instant();
            Secret before = get(name);
            Secret after = change.apply(before);
            if (after == before) {
                return after;
            }
            History history = byName.get(name);
            History next;
            if (history == null) {
                next = new History(List.of(new Change(now, after)));
            } else {
                Secret purged = history.latest();
                History known = purged != null && before == null ? history.then(purged.purgeDate(), null) : history;
                if (purged != null && (after == null || !after.createdDate().equals(purged.createdDate()))) {
                    gone.add(new Gone(now, new Creation(purged.createdDate(), name)));
                }
                next = known.then(now, after);
            }
            byName.put(name, next);
            if (after != null) {
                byCreation.put(new Creation(after.createdDate(), name), name);
            }
            forget(now.minus(MEMORY));
            return after;
        }

        /** Replaces the secret without leaving a trace in its history, as reading does with dates of access. */
        synchronized void correct(String name, UnaryOperator<Secret> correction) {
            Secret before = get(name);
            if (before != null) {
                byName.computeIfPresent(name, (key, history) -> history.corrected(correction.apply(before)));
            }
        }

        private void forget(Instant horizon) {
            while (!gone.isEmpty() && gone.peek().at().isBefore(horizon)) {
                Creation creation = gone.poll().creation();
                History history = byName.get(creation.name());
                Secret latest = history == null ? null : history.latest();
                if (latest == null || !latest.createdDate().equals(creation.at())) {
                    byCreation.remove(creation);
                }
                if (history != null
                        && latest == null
                        && history.changes().get(0).at().isBefore(horizon)) {
                    byName.remove(creation.name());
                }
            }
        }

        /** The secrets as of {@code time} whose names are in {@code range}, by name. */
        Iterable<Secret> byName(Range range, Instant time) {
            NavigableMap<String, History> names = byName;
            if (range.from() != null) {
                names = names.tailMap(range.from(), range.inclusive());
            }
            if (range.before() != null) {
                if (range.from() != null && range.from().compareTo(range.before()) >= 0) {
                    return List.of();
                }
                names = names.headMap(range.before(), false);
            }
            Iterator<History> histories = names.values().iterator();
            return () -> new Present<>(histories, history -> alive(history.asOf(time), time));
        }

        /** The secrets as of {@code time} that were created after {@code after} (null: all), oldest first. */
        Iterable<Secret> byCreation(Creation after, boolean descending, Instant time) {
            NavigableMap<Creation, String> order = descending ? byCreation.descendingMap() : byCreation;
            Iterator<Map.Entry<Creation, String>> entries = (after == null ? order : order.tailMap(after, false))
                    .entrySet()
                    .iterator();
            return () -> new Present<>(entries, entry -> {
                History history = byName.get(entry.getValue());
                Secret secret = history == null ? null : alive(history.asOf(time), time);
                boolean same = secret != null
                        && secret.createdDate().equals(entry.getKey().at());
                return same ? secret : null;
            });
        }

        /** How many names and creations are kept, whichever is more. */
        int remembered() {
            return Math.max(byName.size(), byCreation.size());
        }

        List<Secret> all() {
            List<Secret> secrets = new ArrayList<>();
            byName(Range.ALL, clock.instant()).forEach(secrets::add);
            return secrets;
        }

        /** Finds by name, ARN, or ARN without its random end. Null when there is none. */
        Secret find(SecretId id) {
            return id.candidates().stream()
                    .map(this::get)
                    .filter(secret -> secret != null && id.means(secret))
                    .findFirst()
                    .orElse(null);
        }

        private static Secret alive(Secret secret, Instant time) {
            boolean purged = secret != null && secret.purgeDate() != null && !time.isBefore(secret.purgeDate());
            return purged ? null : secret;
        }
    }

    /** Names from {@code from} (null: from the first) to before {@code before} (null: to the last). */
    record Range(String from, boolean inclusive, String before) {
        static final Range ALL = new Range(null, true, null);

        static Range ofPrefix(String prefix) {
            return new Range(prefix, true, prefix + Character.MAX_VALUE);
        }

        Range after(String name) {
            boolean further = from == null || name.compareTo(from) >= 0;
            return further ? new Range(name, false, before) : this;
        }
    }

    /**
     * How a request names a secret.
     *
     * @param name for an ARN the part after {@code secret:}, with or without the six random characters
     * @param arn null when the request gave a name
     */
    record SecretId(String name, String arn) {
        List<String> candidates() {
            int end = name.length() - 7;
            boolean mayBeWhole = arn != null && end > 0 && name.charAt(end) == '-';
            return mayBeWhole ? List.of(name.substring(0, end), name) : List.of(name);
        }

        boolean means(Secret secret) {
            return arn == null || secret.arn().equals(arn) || secret.name().equals(name);
        }

        /** The name, for journals: of a whole ARN it is the name without the random end. */
        String likelyName() {
            return candidates().get(0);
        }
    }

    /** The elements of an iterator that {@code choice} turns into something other than null. */
    private static final class Present<T> implements Iterator<Secret> {
        private final Iterator<T> all;
        private final Function<T, Secret> choice;
        private Optional<Secret> next = Optional.empty();

        Present(Iterator<T> all, Function<T, Secret> choice) {
            this.all = all;
            this.choice = choice;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && all.hasNext()) {
                next = Optional.ofNullable(choice.apply(all.next()));
            }
            return next.isPresent();
        }

        @Override
        public Secret next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Secret secret = next.orElseThrow();
            next = Optional.empty();
            return secret;
        }
    }
}
