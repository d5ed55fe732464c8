package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.CanonicalJson.Body;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Behavior;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Direct;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Entry;
import ai.hanzo.kms.secretsync.sync.ConflictResolution.Resolution;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Any text where many-to-one expects a JSON object, and any object that an import may meet. */
class ImportFuzzTest {
    private static final int TRIES = 500;

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void any_text_is_an_object_that_can_be_written_back_or_none(@ForAll("json") String text) {
        if (CanonicalJson.parse(SecretText.of(text)) instanceof Body body) {
            writtenBack(body);
            assertThat(body.entries().keySet()).isEqualTo(body.keys());
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void what_others_put_there_is_written_back_as_it_was(
            @ForAll("objects") String text, @ForAll @Size(max = 3) Map<String, String> wanted) {
        Body theirs = (Body) CanonicalJson.parse(SecretText.of(text));
        Map<String, SecretText> source = new HashMap<>();
        wanted.forEach((key, value) -> source.put(key, SecretText.of(value)));
        Body merged = theirs.merge(CanonicalJson.of(source), Set.of());

        writtenBack(merged);
        assertThat(source.keySet()).containsAll(theirs.differences(merged));
        assertThat(merged.differences(CanonicalJson.of(source)).stream().filter(source::containsKey))
                .isEmpty();
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void each_entry_is_created_updated_skipped_or_unchanged_and_a_second_import_does_nothing(
            @ForAll("objects") String text, @ForAll("sources") Map<String, String> present, @ForAll Behavior behavior) {
        SortedMap<String, Entry> found = new TreeMap<>();
        ((Body) CanonicalJson.parse(SecretText.of(text)))
                .entries()
                .forEach((key, value) -> found.put(key, new Entry(key, value, false)));
        Map<String, Direct> source = new HashMap<>();
        present.forEach((key, value) -> source.put(key, new Direct(SecretText.of(value), SecretText.of(value))));
        // Without some that both have, nothing would ever be a conflict.
        found.keySet().stream()
                .filter(key -> key.length() % 2 == 0)
                .forEach(key -> source.put(key, new Direct(SecretText.of("x"), SecretText.of("x"))));

        Resolution resolution = ConflictResolution.resolve(source, found, behavior);

        assertThat(resolution.create().size()
                        + resolution.update().size()
                        + resolution.skips().size()
                        + resolution.unchanged())
                .isEqualTo(found.size());
        assertThat(source.keySet().stream().filter(resolution.create()::containsKey))
                .isEmpty();
        assertThat(source.keySet()).containsAll(resolution.update().keySet());
        if (behavior == Behavior.PRIORITIZE_SOURCE) {
            assertThat(resolution.update()).isEmpty();
        }
        SortedMap<String, SecretText> written = new TreeMap<>(resolution.create());
        written.putAll(resolution.update());
        written.forEach((key, value) -> {
            assertThat(KmsValue.isName(key)).isTrue();
            assertThat(KmsValue.hasReference(value)).isFalse();
            assertUtf8(key);
            assertUtf8(value.reveal());
            source.put(key, new Direct(value, value));
        });
        Resolution again = ConflictResolution.resolve(source, found, behavior);
        assertThat(again.create()).isEmpty();
        assertThat(again.update()).isEmpty();
        assertThat(again.skips()).isEqualTo(resolution.skips());
    }

    private static void writtenBack(Body body) {
        String canonical = body.text().reveal();
        assertUtf8(canonical);
        assertThat(CanonicalJson.parse(SecretText.of(canonical))).isEqualTo(body);
    }

    private static void assertUtf8(String text) {
        assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(text);
    }

    @Provide
    Arbitrary<String> json() {
        return HostileText.json();
    }

    @Provide
    Arbitrary<String> objects() {
        return HostileText.object();
    }

    @Provide
    Arbitrary<Map<String, String>> sources() {
        return Arbitraries.maps(HostileText.texts(), HostileText.texts()).ofMaxSize(4);
    }
}
