package ai.hanzo.kms.secretsync.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.audit.AuditVerification.Known;
import ai.hanzo.kms.secretsync.audit.AuditVerification.Verdict;
import ai.hanzo.kms.secretsync.sync.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the audit trail promises, on any database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AuditTrailContract {
    private static final Origin ALICE = new Origin("identity:alice", "192.0.2.1", "req-1");

    private AnnotationConfigApplicationContext service;
    /** Another instance on the same database. */
    private AnnotationConfigApplicationContext other;

    AuditTrail trail;
    AuditReader reader;
    AuditVerification verification;
    JdbcTemplate sql;
    PlatformTransactionManager transactions;

    /** Settings of {@code spring.datasource}. */
    abstract Map<String, ?> database();

    /** Lets tests do what only an intruder does. */
    abstract void dropGuards();

    abstract void restoreGuards();

    @BeforeAll
    void start() {
        service = AuditSlice.start(database());
        other = AuditSlice.start(database());
        trail = service.getBean(AuditTrail.class);
        reader = service.getBean(AuditReader.class);
        verification = service.getBean(AuditVerification.class);
        sql = service.getBean(JdbcTemplate.class);
        transactions = service.getBean(PlatformTransactionManager.class);
    }

    @AfterAll
    void stop() throws IOException {
        other.close();
        service.close();
    }

    @BeforeEach
    void empty() {
        dropGuards();
        sql.update("delete from audit_entry");
        sql.update("delete from audit_head");
        sql.update("insert into audit_head (id, entry_number, hash, seal) values (1, 0, '', '')");
        restoreGuards();
    }

    private static AuditEvent event(String event, String project) {
        return new AuditEvent(event, null, project, ALICE, Map.of("names", List.of(event)));
    }

    private static TransactionTemplate transaction(AnnotationConfigApplicationContext instance) {
        return new TransactionTemplate(instance.getBean(PlatformTransactionManager.class));
    }

    private void record(AuditEvent... events) {
        transaction(service).executeWithoutResult(status -> List.of(events).forEach(trail::record));
    }

    private void recordFive() {
        for (int i = 1; i <= 5; i++) {
            record(event("event-" + i, "P"));
        }
    }

    private Verdict verify() {
        return verification.verify(null);
    }

    private void tamper(String statement, Object... arguments) {
        dropGuards();
        assertThat(sql.update(statement, arguments)).as(statement).isPositive();
        restoreGuards();
    }

    // Recording

    @Test
    void anEmptyTrailIsInOrder() {
        assertThat(verify()).isEqualTo(new Verdict(0, "", null));
    }

    @Test
    void whatIsRecordedIsReadAgainTheNewestFirst() {
        record(
                new AuditEvent("one", "O", null, Origin.SYSTEM, Map.of()),
                new AuditEvent(
                        "two", "O", "P", ALICE, Map.of("b", 1, "a", List.of("\u00e4\ud83d\ude00\ud800", "\u0000"))));
        record(event("three", "Q"));

        AuditReader.Found found = reader.ofProject("P", 10, 0);
        assertThat(found.total()).isEqualTo(1);
        assertThat(found.entries().get(0))
                .returns(2L, AuditEntry::number)
                .returns("two", AuditEntry::event)
                .returns("P", AuditEntry::projectId)
                .returns(ALICE, AuditEntry::origin)
                .returns("{\"a\":[\"\\u00E4\\uD83D\\uDE00\\uD800\",\"\\u0000\"],\"b\":1}", AuditEntry::details);
        assertThat(reader.ofOrganizations(List.of("O"), 10, 0).entries())
                .extracting(AuditEntry::event)
                .containsExactly("one");
        assertThat(reader.ofOrganizations(List.of(), 10, 0).entries()).isEmpty();
        assertThat(verify()).returns(3L, Verdict::entries).returns(null, Verdict::fault);
    }

    @Test
    void pagesAreCutFromTheWhole() {
        recordFive();

        AuditReader.Found found = reader.ofProject("P", 2, 1);

        assertThat(found.total()).isEqualTo(5);
        assertThat(found.entries()).extracting(AuditEntry::event).containsExactly("event-4", "event-3");
    }

    @Test
    void aChangeThatIsTakenBackIsNotOnRecord() {
        assertThatThrownBy(() -> transaction(service).executeWithoutResult(status -> {
                    trail.record(event("taken back", "P"));
                    throw new IllegalArgumentException("taken back");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(reader.ofProject("P", 10, 0).entries()).isEmpty();
        assertThat(verify().sound()).isTrue();
    }

    @Test
    void aChangeThatCannotBeRecordedIsTakenBack() {
        sql.execute("create table changed (id integer)");
        try {
            assertThatThrownBy(() -> transaction(service).executeWithoutResult(status -> {
                        sql.update("insert into changed values (1)");
                        trail.record(event("e".repeat(65), "P"));
                    }))
                    .isNotNull();

            assertThat(sql.queryForObject("select count(*) from changed", Integer.class))
                    .isZero();
        } finally {
            sql.execute("drop table changed");
        }
    }

    @Test
    void nothingIsRecordedWithoutATransaction() {
        assertThatThrownBy(() -> trail.record(event("alone", "P"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whereARequestCameFromIsCutRatherThanRefused() {
        record(new AuditEvent("e", null, "P", new Origin("a".repeat(300), "9".repeat(300), null), Map.of()));

        assertThat(reader.ofProject("P", 1, 0).entries().get(0).origin())
                .isEqualTo(new Origin("a".repeat(255), "9".repeat(64), null));
        assertThat(verify().sound()).isTrue();
    }

    @Test
    void twoInstancesThatWriteTogetherMakeOneChain() throws Exception {
        int threads = 8;
        int each = 25;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> ended = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                AnnotationConfigApplicationContext instance = t % 2 == 0 ? service : other;
                String name = "thread-" + t;
                ended.add(pool.submit(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    for (int i = 0; i < each; i++) {
                        AuditEvent first = event(name + "-" + i, "P");
                        transaction(instance).executeWithoutResult(status -> {
                            instance.getBean(AuditTrail.class).record(first);
                            instance.getBean(AuditTrail.class).record(event(name, "Q"));
                        });
                    }
                    return null;
                }));
            }
            for (Future<?> one : ended) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(verify()).returns(2L * threads * each, Verdict::entries).returns(null, Verdict::fault);
        assertThat(reader.ofProject("P", 1, 0).total()).isEqualTo(threads * each);
    }

    @Test
    void moreEntriesThanAreReadAtOnceAreVerifiedToo() {
        AuditEvent[] many = new AuditEvent[2_500];
        java.util.Arrays.setAll(many, i -> event("event-" + i, "P"));
        record(many);
        assertThat(verify()).returns(2_500L, Verdict::entries).returns(null, Verdict::fault);

        tamper("delete from audit_entry where entry_number = 2001");
        assertThat(verify()).returns(2_000L, Verdict::entries).returns("Entry 2001 is missing.", Verdict::fault);
    }

    // Tampering

    @Test
    void aChangedEntryIsFound() {
        for (String column :
                List.of("event", "project_id", "actor", "address", "request_id", "details", "org_id", "hash")) {
            empty();
            recordFive();

            tamper("update audit_entry set " + column + " = 'other' where entry_number = 3");

            assertThat(verify())
                    .as(column)
                    .returns(2L, Verdict::entries)
                    .returns("Entry 3 was changed, or put there by somebody else.", Verdict::fault);
        }
    }

    @Test
    void aChangedTimeIsFoundAndSoIsTextMovedFromOneFieldToTheNext() {
        recordFive();
        tamper("update audit_entry set recorded_at = timestamp with time zone '2020-01-01 00:00:00+00'"
                + " where entry_number = 1");
        assertThat(verify().fault()).startsWith("Entry 1 was changed");

        empty();
        recordFive();
        tamper("update audit_entry set actor = 'identity:alice192.0.2.1', address = '' where entry_number = 2");
        assertThat(verify().fault()).startsWith("Entry 2 was changed");
    }

    @Test
    void aMissingEntryIsFound() {
        recordFive();
        tamper("delete from audit_entry where entry_number in (2, 3)");

        assertThat(verify()).returns(1L, Verdict::entries).returns("Entries 2 to 3 are missing.", Verdict::fault);
    }

    @Test
    void aMissingEntryIsFoundAlsoWhereTheOthersWereNumberedAnew() {
        recordFive();
        tamper("delete from audit_entry where entry_number = 2");
        for (int number = 3; number <= 5; number++) {
            tamper("update audit_entry set entry_number = ? where entry_number = ?", number - 1, number);
        }

        assertThat(verify().fault()).startsWith("Entry 2 is genuine but not in its place");
    }

    @Test
    void reorderedEntriesAreFound() {
        recordFive();
        tamper("update audit_entry set entry_number = 99 where entry_number = 2");
        tamper("update audit_entry set entry_number = 2 where entry_number = 4");
        tamper("update audit_entry set entry_number = 4 where entry_number = 99");

        assertThat(verify()).returns(1L, Verdict::entries);
        assertThat(verify().fault()).startsWith("Entry 2 is genuine but not in its place");
    }

    @Test
    void aMissingEndIsFound() {
        recordFive();
        tamper("delete from audit_entry where entry_number > 3");

        assertThat(verify())
                .returns(3L, Verdict::entries)
                .returns("The end is missing: entries 4 to 5.", Verdict::fault);
    }

    @Test
    void aMissingEndIsFoundAlsoWhereTheHeadWasChangedToFit() {
        recordFive();
        tamper("delete from audit_entry where entry_number > 3");
        tamper("update audit_head set entry_number = 3,"
                + " hash = (select hash from audit_entry where entry_number = 3)");

        assertThat(verify().fault()).startsWith("The head of the chain was changed");

        // What is recorded afterwards does not cover it up.
        record(event("later", "P"), event("still later", "P"));
        assertThat(verify()).returns(5L, Verdict::entries);
        assertThat(verify().fault()).startsWith("The head of the chain was changed");
    }

    @Test
    void aTrailThatWasEmptiedIsFoundAndGoesOn() {
        recordFive();
        tamper("delete from audit_entry");
        tamper("update audit_head set entry_number = 0, hash = ''");
        assertThat(verify().fault()).startsWith("The head of the chain was changed");

        tamper("delete from audit_head");
        assertThat(verify().fault()).startsWith("The head of the chain is missing");

        record(event("later", "P"));
        assertThat(verify().fault()).startsWith("The head of the chain was changed");
        assertThat(reader.ofProject("P", 1, 0).total()).isEqualTo(1);
    }

    @Test
    void theHeadOfAnEmptyTrailDoesNotPassForOneWithEntries() {
        recordFive();
        tamper("update audit_head set entry_number = 0, hash = '', seal = ''");

        assertThat(verify().fault()).startsWith("The head of the chain was changed");
        record(event("later", "P"));
        assertThat(verify().fault()).startsWith("The head of the chain was changed");
    }

    @Test
    void anEntryThatSomebodyElseAddedIsFound() {
        recordFive();
        tamper("insert into audit_entry (entry_number, recorded_at, event, actor, details, previous_hash, hash)"
                + " select 6, recorded_at, event, actor, details, hash, hash from audit_entry where entry_number = 5");
        assertThat(verify().fault()).startsWith("Entry 6 was changed, or put there by somebody else");
    }

    @Test
    void aGenuineHeadOfAnEarlierTimeIsFound() {
        record(event("one", "P"));
        Map<String, Object> earlier = sql.queryForMap("select * from audit_head");
        record(event("two", "P"));
        tamper(
                "update audit_head set entry_number = ?, hash = ?, seal = ?",
                earlier.get("entry_number"),
                earlier.get("hash"),
                earlier.get("seal"));

        assertThat(verify().fault()).startsWith("The head of the chain is of an earlier time, entry 1");
    }

    @Test
    void anEntryKnownFromElsewhereShowsThatAllWasPutBack() {
        recordFive();
        Known fifth = new Known(5, verify().hash());
        Known third = new Known(3, reader.ofProject("P", 5, 0).entries().get(2).hash());
        assertThat(verification.verify(fifth).sound()).isTrue();
        assertThat(verification.verify(third).sound()).isTrue();
        assertThat(verification.verify(new Known(3, fifth.hash())).fault())
                .isEqualTo("Entry 3 is not the one that you know.");

        empty();
        record(event("another", "P"));
        assertThat(verify().sound()).isTrue();
        assertThat(verification.verify(fifth).fault()).isEqualTo("Entry 5, which you know, is missing.");
    }

    @Test
    void withoutTheKeyNoEntryIsGenuine() {
        recordFive();

        AuditVerification withAnother = new AuditVerification(sql, new Chain(new byte[] {9}), transaction(service));

        assertThat(withAnother.verify(null).fault()).startsWith("Entry 1 was changed");
    }
}
