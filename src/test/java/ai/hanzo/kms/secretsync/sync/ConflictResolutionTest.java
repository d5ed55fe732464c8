package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.ConflictResolution.Behavior;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Direct;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Entry;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Resolution;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConflictResolutionTest {
    private static Resolution resolve(String key, String inKms, String atDestination, Behavior behavior) {
        Map<String, Direct> source = inKms == null
                ? Map.of()
                : Map.of(key, new Direct(SecretText.of(inKms), SecretText.of(inKms.replace("${X}", "expanded"))));
        return ConflictResolution.resolve(
                source,
                new TreeMap<>(Map.of(key, new Entry("aws/" + key, SecretText.of(atDestination), false))),
                behavior);
    }

    @ParameterizedTest
    @DisplayName("U3.4-13: what the KMS has not is created")
    @CsvSource({"PRIORITIZE_SOURCE", "PRIORITIZE_DESTINATION"})
    void whatTheKmsHasNotIsCreatedNormalised(Behavior behavior) {
        assertThat(resolve("A", null, " x\r\n", behavior).create())
                .containsExactly(Map.entry("A", SecretText.of("x\n")));
    }

    @Test
    @DisplayName("U3.4-14: only prioritize-destination updates")
    void onlyPrioritizeDestinationUpdates() {
        assertThat(resolve("A", "kms", "aws", Behavior.PRIORITIZE_DESTINATION).update())
                .containsEntry("A", SecretText.of("aws"));
        Resolution source = resolve("A", "kms", "aws", Behavior.PRIORITIZE_SOURCE);
        assertThat(source.update()).isEmpty();
        assertThat(source.unchanged()).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("U3.4-11: compared with expanded values; an empty one overwrites nothing")
    @CsvSource(
            value = {"x|' x '", "x|' '", "x|x", "'${X}'|expanded"},
            delimiter = '|')
    void sameOrEmptyValuesOverwriteNothing(String kms, String aws) {
        Resolution resolution = resolve("A", kms, aws, Behavior.PRIORITIZE_DESTINATION);
        assertThat(resolution.update()).isEmpty();
        assertThat(resolution.skips()).isEmpty();
        assertThat(resolution.unchanged()).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("U3.4-10: differs: a name that the KMS does not take stops only itself (promise 3)")
    @ValueSource(strings = {"a:b", "a/b", " a", "a ", "", "a\u00a0"})
    void namesTheKmsRefusesAreReportedOneByOne(String key) {
        Resolution resolution = resolve(key, null, "x", Behavior.PRIORITIZE_SOURCE);
        assertThat(resolution.create()).isEmpty();
        assertThat(resolution.skips()).singleElement().satisfies(skip -> {
            assertThat(skip.name()).isEqualTo("aws/" + key);
            assertThat(skip.code()).isEqualTo(SkipReason.NOT_IMPORTED);
        });
    }

    @Test
    @DisplayName("U3.4-10: differs: a value that cannot be sent to the KMS stops only itself (promise 3)")
    void halfACharacterIsNotImported() {
        assertThat(resolve("A", null, "x\ud83d", Behavior.PRIORITIZE_DESTINATION)
                        .skips())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.NOT_IMPORTED);
        assertThat(resolve("\udd11", null, "x", Behavior.PRIORITIZE_DESTINATION).skips())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.NOT_IMPORTED);
    }

    @Test
    @DisplayName("U3.4-2: differs: a binary secret is never imported (promise 1)")
    void binaryIsNeverImported() {
        Resolution resolution = ConflictResolution.resolve(
                Map.of(),
                new TreeMap<>(Map.of("A", new Entry("A", null, true), "B", new Entry("B", null, false))),
                Behavior.PRIORITIZE_DESTINATION);
        assertThat(resolution.create()).isEmpty();
        assertThat(resolution.skips())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.BINARY_VALUE, SkipReason.NOT_IMPORTED);
    }

    @Test
    @DisplayName("U3.4-15: differs: a reference is not overwritten by a literal (promise 1)")
    void aReferenceIsNotOverwrittenByALiteral() {
        Resolution resolution = resolve("A", "pre-${X}", "literal", Behavior.PRIORITIZE_DESTINATION);
        assertThat(resolution.update()).isEmpty();
        assertThat(resolution.skips()).extracting(Change.Skip::code).containsExactly(SkipReason.CONFLICT);
    }

    @Test
    void whatTheKmsWouldTakeForAReferenceIsNotImported() {
        assertThat(resolve("A", null, "${X}", Behavior.PRIORITIZE_SOURCE).skips())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.NOT_IMPORTED);
        assertThat(resolve("A", "kms", "${X}", Behavior.PRIORITIZE_DESTINATION).skips())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.CONFLICT);
        assertThat(resolve("A", null, "${X", Behavior.PRIORITIZE_SOURCE).create())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "' a '|a",
                "'a\n'|'a\n'",
                "'a \n\n'|'a\n'",
                "'a\r\n'|'a\n'",
                "'a\t'|a",
                "'\n'|'\n'",
                "'\u00a0a\ufeff'|a",
                "'a\u001c'|'a\u001c'"
            },
            delimiter = '|')
    void valuesAreNormalisedAsTheKmsDoes(String given, String kept) {
        assertThat(KmsValue.normalise(SecretText.of(given)).reveal()).isEqualTo(kept);
        assertThat(KmsValue.normalise(SecretText.of(kept)).reveal()).isEqualTo(kept);
    }

    @Test
    @DisplayName("U4-31: the initial behaviour says whose value counts in its import")
    void theInitialBehaviourSaysHowToImport() {
        assertThat(Behavior.of(InitialSyncBehavior.OVERWRITE_DESTINATION)).isEmpty();
        assertThat(Behavior.of(InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE)).contains(Behavior.PRIORITIZE_SOURCE);
        assertThat(Behavior.of(InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION))
                .contains(Behavior.PRIORITIZE_DESTINATION);
        assertThat(Behavior.ofWireName("prioritize-source")).contains(Behavior.PRIORITIZE_SOURCE);
        assertThat(Behavior.ofWireName("x")).isEmpty();
    }
}
