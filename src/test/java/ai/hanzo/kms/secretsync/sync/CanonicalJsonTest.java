package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static CanonicalJson.Body body(String json) {
        return (CanonicalJson.Body) CanonicalJson.parse(SecretText.of(json));
    }

    @Test
    void keysAreSortedAndEscapedAsJsonStringifyDoes() {
        Map<String, SecretText> values = new LinkedHashMap<>();
        values.put("b", SecretText.of("\"\\/\b\f\n\r\t\u0001\u007fé\u2028"));
        values.put("a", SecretText.of(""));
        assertThat(CanonicalJson.of(values).text().reveal())
                .isEqualTo("{\"a\":\"\",\"b\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007fé\u2028\"}");
    }

    @Property(tries = 300)
    void theOrderDoesNotMatterAndNothingIsLost(
            @ForAll @Size(max = 6) Map<@StringLength(max = 5) String, @StringLength(max = 8) String> values,
            @ForAll long seed) {
        List<String> keys = new ArrayList<>(values.keySet());
        Collections.shuffle(keys, new Random(seed));
        Map<String, SecretText> one = new LinkedHashMap<>();
        Map<String, SecretText> other = new LinkedHashMap<>();
        values.forEach((key, value) -> one.put(key, SecretText.of(value)));
        keys.forEach(key -> other.put(key, SecretText.of(values.get(key))));
        String text = CanonicalJson.of(one).text().reveal();
        assertThat(CanonicalJson.of(other).text().reveal()).isEqualTo(text);
        assertThat(body(text)).isEqualTo(CanonicalJson.of(other));
        Map<String, String> read = new LinkedHashMap<>();
        body(text).entries().forEach((key, value) -> read.put(key, value.reveal()));
        assertThat(read).isEqualTo(values);
        // What cannot be written as UTF-8 must not reach AWS.
        assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @DisplayName("U3.4-8: differs: a JSON string, list or number is no object and is refused (promise 1)")
    @ValueSource(strings = {"", "abc", "null", "\"abc\"", "[1]", "5", "{\"a\":1} x", "{\"a\":", "{a:1}"})
    void whatIsNotAnObjectIsSaidToBeNone(String text) {
        assertThat(CanonicalJson.parse(SecretText.of(text))).isInstanceOf(CanonicalJson.NotAnObject.class);
    }

    @Test
    void halfACharacterIsEscapedSinceUtf8CannotWriteIt() {
        String whole = new String(Character.toChars(0x1F511));
        String half = whole.substring(0, 1);
        SecretText text =
                CanonicalJson.of(Map.of("a", SecretText.of(half + "x" + whole))).text();
        assertThat(text.reveal()).isEqualTo("{\"a\":\"\\ud83dx" + whole + "\"}");
        assertThat(body(text.reveal()).entries().get("a").reveal()).isEqualTo(half + "x" + whole);
    }

    @Test
    void halfACharacterDeepWithinWhatOthersPutThereIsEscapedToo() {
        String text = "{\"a\":{\"\\ud83d\":[\"x\\udd11\"]}}";
        assertThat(body(text).text().reveal()).isEqualTo(text);
    }

    @Test
    @DisplayName(
            "U3.4-9: differs: numbers and objects are imported as their text, so that nothing is lost (promise " + "1)")
    void nestedAndOtherValuesAreImportedAsTheirText() {
        Map<String, SecretText> entries =
                body("{\"n\":5432,\"d\":1.10,\"o\":{\"b\":[true,null]},\"s\":\"x\",\"t\":true,\"z\":null}")
                        .entries();
        assertThat(entries.get("n").reveal()).isEqualTo("5432");
        assertThat(entries.get("d").reveal()).isEqualTo("1.10");
        assertThat(entries.get("o").reveal()).isEqualTo("{\"b\":[true,null]}");
        assertThat(entries.get("s").reveal()).isEqualTo("x");
        assertThat(entries.get("t").reveal()).isEqualTo("true");
        assertThat(entries.get("z").reveal()).isEmpty();
    }

    @Test
    void objectsAreComparedNotTexts() {
        assertThat(body("{ \"b\":\"\\u0041\", \"a\":{\"y\":1,\"x\":2} }"))
                .isEqualTo(body("{\"a\":{\"x\":2,\"y\":1},\"b\":\"A\"}"));
        assertThat(body("{\"a\":1}")).isNotEqualTo(body("{\"a\":\"1\"}"));
    }

    @Test
    @DisplayName("U5.1-13: nested JSON survives import and merge")
    void mergingKeepsForeignKeysAndDropsOurs() {
        CanonicalJson.Body merged = body("{\"foreign\":1.50,\"old\":\"x\",\"a\":\"was\"}")
                .merge(CanonicalJson.of(Map.of("a", SecretText.of("is"))), Set.of("a", "old"));
        assertThat(merged.text().reveal()).isEqualTo("{\"a\":\"is\",\"foreign\":1.50}");
    }

    @Test
    void removingOursLeavesForeignKeys() {
        assertThat(body("{\"foreign\":1,\"a\":\"x\"}")
                        .without(Set.of("a"))
                        .orElseThrow()
                        .text()
                        .reveal())
                .isEqualTo("{\"foreign\":1}");
        assertThat(body("{\"a\":\"x\"}").without(Set.of("a"))).isEmpty();
    }

    @Test
    void differencesNameKeys() {
        assertThat(body("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}")
                        .differences(body("{\"a\":\"1\",\"b\":\"x\",\"d\":\"\"}")))
                .containsExactly("b", "c", "d");
    }

    @Test
    void aBodyDoesNotShowItsValues() {
        assertThat(body("{\"a\":\"marker\"}").toString()).isEqualTo("Body[a]");
    }
}
