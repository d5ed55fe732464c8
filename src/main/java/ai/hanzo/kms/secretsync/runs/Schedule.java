package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Source;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When something happens next by itself, as Quartz has it. */
@Component
public class Schedule {
    private static final Set<String> GROUPS = Set.of(Scheduling.SOURCES, Scheduling.DRIFT, Scheduling.RETRIES);
    private static final int MOST_NAMES = 1000;

    private final JdbcClient jdbc;

    Schedule(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Key(String group, String name) {}

    /** Times by what is due; whatever was not asked about, or is not due at all, has none. */
    public static final class Times {
        private final Map<Key, Instant> next = new HashMap<>();

        private Optional<Instant> at(String group, String name) {
            return Optional.ofNullable(next.get(new Key(group, name)));
        }

        /** When the KMS is next asked whether a source changed. */
        public Optional<Instant> poll(Source source) {
            return at(Scheduling.SOURCES, Scheduling.jobOf(source).getName());
        }

        /** When the destination of a sync is next looked at. */
        public Optional<Instant> driftCheck(UUID syncId) {
            return at(Scheduling.DRIFT, syncId.toString());
        }

        /** When a run that failed is tried again. */
        public Optional<Instant> retry(UUID syncId) {
            return at(Scheduling.RETRIES, syncId.toString());
        }
    }

    public Times of(Collection<UUID> syncIds, Collection<Source> sources) {
        Set<String> names = syncIds.stream().map(UUID::toString).collect(Collectors.toSet());
        sources.forEach(source -> names.add(Scheduling.jobOf(source).getName()));
        Times times = new Times();
        // Databases take only so many parameters.
        for (Set<String> some : parts(names)) {
            jdbc.sql("select trigger_group, trigger_name, next_fire_time from qrtz_triggers"
                            + " where trigger_group in (:groups) and trigger_name in (:names) and next_fire_time > 0")
                    .param("groups", GROUPS)
                    .param("names", some)
                    .query(row -> {
                        times.next.put(
                                new Key(row.getString(1), row.getString(2)), Instant.ofEpochMilli(row.getLong(3)));
                    });
        }
        return times;
    }

    private static Collection<Set<String>> parts(Set<String> names) {
        int[] seen = {0};
        return names.stream()
                .collect(Collectors.groupingBy(name -> seen[0]++ / MOST_NAMES, Collectors.toSet()))
                .values();
    }
}
