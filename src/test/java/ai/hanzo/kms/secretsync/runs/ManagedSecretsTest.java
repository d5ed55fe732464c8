package ai.hanzo.kms.secretsync.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import ai.hanzo.kms.secretsync.runs.ManagedSecrets.Place;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Former;
import ai.hanzo.kms.secretsync.sync.ManagedPolicy;
import ai.hanzo.kms.secretsync.sync.ManagedReplica;
import ai.hanzo.kms.secretsync.sync.ManagedSecret;
import ai.hanzo.kms.secretsync.sync.VersionBudget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class ManagedSecretsTest {
    private static final String ACCOUNT = "111111111111";
    private static final String REGION = "eu-central-1";
    private static final Place MINE = new Place(new UUID(0, 1), ACCOUNT, REGION);
    private static final Place OTHER = new Place(new UUID(0, 2), ACCOUNT, REGION);

    private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID()
            + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"));
    private final ManagedSecrets journal = new ManagedSecrets(jdbc);

    @BeforeEach
    void tables() {
        Flyway.configure()
                .dataSource(jdbc.getDataSource())
                .locations("classpath:db/migration/common", "classpath:db/migration/h2")
                .load()
                .migrate();
        // The syncs themselves do not matter here.
        jdbc.execute("set referential_integrity false");
    }

    private static ManagedSecret entry(String name, String version, String fingerprint, boolean deleted) {
        return new ManagedSecret(
                name,
                Destination.ONE_TO_ONE,
                "arn:" + name,
                version,
                fingerprint,
                7,
                null,
                0,
                null,
                "?",
                Set.of("team", "stage"),
                new TreeSet<>(Set.of("KEY")),
                false,
                deleted,
                new VersionBudget(new TreeMap<>(Map.of(490_000L, 3))),
                Map.of(),
                null,
                null,
                null);
    }

    private void saved(Place place, String... names) {
        journal.save(
                place,
                List.of(names).stream()
                        .map(name -> entry(name, "v", "v", name.endsWith("deleted")))
                        .toList(),
                Set.of());
    }

    @Test
    void whatIsElsewhereIsFoundWithItsPlaceUntilItIsDeleted() {
        Place dublin = new Place(MINE.syncId(), MINE.accountId(), "dublin");
        Place account = new Place(MINE.syncId(), "999999999999", MINE.region());
        saved(MINE, "here");
        saved(dublin, "a", "b-deleted");
        saved(account, "a");
        saved(OTHER, "others");
        assertThat(journal.elsewhere(MINE))
                .extracting(
                        Former::accountId,
                        Former::region,
                        former -> former.entry().name())
                .containsExactlyInAnyOrder(
                        tuple(MINE.accountId(), "dublin", "a"), tuple("999999999999", MINE.region(), "a"));
    }

    @Test
    void whatIsSupersededStaysSoUntilItIsSavedOtherwise() {
        saved(MINE, "a", "b");
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        journal.supersede(MINE, List.of("a"), first);
        journal.supersede(MINE, List.of("a"), first.plusSeconds(1));
        assertThat(journal.at(MINE).get("a").supersededAt()).isEqualTo(first);
        assertThat(journal.at(MINE).get("b").supersededAt()).isNull();
        saved(MINE, "a");
        assertThat(journal.at(MINE).get("a").supersededAt()).isNull();
    }

    @Test
    void whatOneHoldsNowItsPredecessorsHoldThereNoMore() {
        Place elsewhere = new Place(OTHER.syncId(), OTHER.accountId(), "dublin");
        saved(OTHER, "a", "b");
        saved(elsewhere, "a");
        journal.save(MINE, List.of(entry("a", "v", "v", false)), Set.of(OTHER.syncId()));
        assertThat(journal.at(MINE)).containsOnlyKeys("a");
        assertThat(journal.at(OTHER)).containsOnlyKeys("b");
        assertThat(journal.at(elsewhere)).containsOnlyKeys("a");
    }

    @Test
    void whatWasSavedComesBack() {
        List<ManagedSecret> entries = List.of(entry("a", "v1", "v1", false), entry("b", "v2", "other", true));
        journal.save(MINE, entries, Set.of());
        assertThat(journal.at(MINE).values()).containsExactlyInAnyOrderElementsOf(entries);
        assertThat(journal.find(MINE, "b")).contains(entries.get(1));
        assertThat(journal.find(OTHER, "b")).isEmpty();
    }

    @Test
    void whatReplacesAnEntryLeavesNothingOfIt() {
        ManagedSecret other = new ManagedSecret(
                "a",
                Destination.MANY_TO_ONE,
                "arn:other",
                "v2",
                "f2",
                8,
                "pending",
                9,
                "wanted",
                "reported",
                Set.of("other"),
                new TreeSet<>(Set.of("OTHER")),
                true,
                true,
                new VersionBudget(new TreeMap<>(Map.of(490_001L, 4))),
                Map.of("eu-west-1", new ManagedReplica("key", true, false)),
                new ManagedPolicy("digest", "before", true, false),
                "a/{{secretKey}}",
                Instant.parse("2026-01-01T00:00:00Z"));
        ManagedSecret first = entry("a", "v1", "v1", false);
        journal.save(MINE, List.of(first, entry("b", "v1", "v1", false)), Set.of());

        assertThat(journal.replace(MINE, other)).isTrue();
        assertThat(journal.find(MINE, "a")).contains(other);
        assertThat(journal.find(MINE, "b")).contains(entry("b", "v1", "v1", false));

        assertThat(journal.replace(MINE, first)).isTrue();
        assertThat(journal.find(MINE, "a")).contains(first);
        assertThat(journal.replace(OTHER, other)).isFalse();
    }

    @Test
    void ofOthersCountsWhatThisSyncMayComeUpon() {
        saved(MINE, "my_app/own", "before/shared", "my_app/both");
        saved(OTHER, "my_app/theirs", "my_app/both", "my_app/deleted", "before/shared", "my-app/x", "elsewhere/y");
        saved(new Place(new UUID(0, 3), ACCOUNT, "us-east-1"), "my_app/far");
        saved(new Place(new UUID(0, 3), "222222222222", REGION), "my_app/far");

        assertThat(journal.ofOthers(MINE, "my_app/"))
                .isEqualTo(Map.of(
                        "my_app/theirs", OTHER.syncId(),
                        "my_app/both", OTHER.syncId(),
                        "before/shared", OTHER.syncId()));
        assertThat(journal.ofOthers(MINE, ""))
                .containsOnlyKeys("my_app/theirs", "my_app/both", "before/shared", "my-app/x", "elsewhere/y");
    }

    /** A first sync of 100,000 secrets would otherwise read 100,000 entries for each. */
    @Test
    void anEntryIsFoundByItsNameAlsoInATableWithoutStatistics() {
        for (String statement : List.of("select * from", "delete from")) {
            assertThat(jdbc.queryForObject(
                            "explain " + statement
                                    + " managed_secret where sync_id = ? and account_id = ? and region = ? and name = ?",
                            String.class,
                            MINE.syncId(),
                            ACCOUNT,
                            REGION,
                            "a"))
                    .as(statement)
                    .containsPattern("(?s)/\\*.*\\bname = \\?.*\\*/");
        }
    }
}
