package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySchemaTest {
    @ParameterizedTest
    @DisplayName("U2.2-5: a key schema is trimmed and may be empty")
    @ValueSource(
            strings = {
                "{{secretKey}}",
                "a/{{environment}}/{{secretKey}}_b-C",
                "{{environment}}{{environment}}{{secretKey}}",
                " {{secretKey}} ",
                "",
                "  "
            })
    void upstreamTakes(String template) {
        assertThat(KeySchema.validate(template)).isEmpty();
    }

    @Test
    void noTemplateIsValid() {
        assertThat(KeySchema.validate(null)).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("U2.2-3: differs: two {{secretKey}} are refused, as the message says, for such names could not be "
            + "told apart again (promise 1)")
    @ValueSource(
            strings = {
                "plain",
                "{{secretKey}}{{secretKey}}",
                "{{ secretKey }}",
                "{{secretPath}}{{secretKey}}",
                "a.{{secretKey}}",
                "a b{{secretKey}}",
                "{{{{environment}}secretKey}}",
                "{{secret{{environment}}Key}}",
                "{{environment}}"
            })
    void exactlyOneSecretKeyAndNoOtherCharacters(String template) {
        assertThat(KeySchema.validate(template)).contains(KeySchema.INVALID);
    }

    @Test
    void atMost255Characters() {
        String longest = "a".repeat(255 - 13) + "{{secretKey}}";
        assertThat(KeySchema.validate(longest)).isEmpty();
        assertThat(KeySchema.validate("a" + longest))
                .hasValueSatisfying(m -> assertThat(m).contains("255"));
    }

    @Test
    @DisplayName("U2.3-1: placeholders are replaced; differs: literally, for an escaped name is another secret's "
            + "(promise 1)")
    void substitutionIsLiteral() {
        assertThat(KeySchema.of("{{environment}}/{{secretKey}}", "a&b").apply("A='<&>$1\\"))
                .isEqualTo("a&b/A='<&>$1\\");
    }

    @Test
    void placeholdersInEnvironmentAndKeyAreText() {
        KeySchema schema = KeySchema.of("{{environment}}-{{secretKey}}", "{{secretKey}}");
        assertThat(schema.apply("{{environment}}")).isEqualTo("{{secretKey}}-{{environment}}");
        assertThat(schema.strip("{{secretKey}}-{{environment}}")).contains("{{environment}}");
        assertThat(schema.prefix()).isEqualTo("{{secretKey}}-");
    }

    @Test
    void twoSecretKeysCannotBeUsed() {
        assertThatThrownBy(() -> KeySchema.of("{{secretKey}}{{secretKey}}", "dev"))
                .hasMessage(KeySchema.INVALID);
        assertThatThrownBy(() -> KeySchema.of("none", "dev")).hasMessage(KeySchema.INVALID);
    }

    @Test
    @DisplayName("U2.3-3: without a schema every name matches")
    void noSchemaCoversEverything() {
        assertThat(KeySchema.of("", "dev").strip("any/thing")).contains("any/thing");
        assertThat(KeySchema.of(null, "dev").prefix()).isEmpty();
    }

    @Test
    @DisplayName("U2.3-2: a name matches by prefix and suffix, which do not share characters")
    void aNameBeginsAndEndsAsTheSchemaSays() {
        KeySchema schema = KeySchema.of("aba{{secretKey}}ba", "dev");
        assertThat(schema.strip("abaXba")).contains("X");
        assertThat(schema.covers("Xba")).isFalse();
        assertThat(schema.covers("abaX")).isFalse();
        assertThat(schema.covers("aba")).isFalse();
        assertThat(schema.covers("ABAXba")).as("case counts").isFalse();
        assertThat(KeySchema.of("{{environment}}_{{secretKey}}", "dev").covers("prod_X"))
                .isFalse();
    }

    @Test
    @DisplayName("U2.3-5: dev_{{secretKey}} claims dev_app_X")
    void withoutASlashThereIsNoGuardAgainstNesting() {
        assertThat(KeySchema.of("dev_{{secretKey}}", "dev").strip("dev_app_X")).contains("app_X");
    }

    @Test
    @DisplayName("U2.3-4: a slash in the schema forbids one in the key; U5.1-2: a path schema leaves nested paths "
            + "alone")
    void aSlashInTheSchemaForbidsOneInTheKey() {
        assertThat(KeySchema.of("prod/{{secretKey}}", "dev").covers("prod/team/X"))
                .isFalse();
        assertThat(KeySchema.of("{{secretKey}}/prod", "dev").covers("team/X/prod"))
                .isFalse();
        assertThat(KeySchema.of("prod_{{secretKey}}", "dev").covers("prod_team/X"))
                .isTrue();
    }

    @Test
    @DisplayName("U2.3-6: differs: the bare prefix does not match, for no key of the KMS can have given that name "
            + "(promise 1)")
    void aNameWithoutAKeyIsNotCovered() {
        assertThat(KeySchema.of("a-{{secretKey}}-b", "dev").covers("a--b")).isFalse();
        assertThat(KeySchema.of("a-{{secretKey}}-b", "dev").covers("a-b")).isFalse();
        assertThat(KeySchema.of("a-{{secretKey}}", "dev").covers("a-")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "dev_{{secretKey}}, dev_app_{{secretKey}}, true",
        "dev_{{secretKey}}, prod_{{secretKey}}, false",
        "dev/{{secretKey}}, dev/app/{{secretKey}}, false",
        "dev/{{secretKey}}, dev/a{{secretKey}}, true",
        "'', dev/{{secretKey}}, true",
        "{{secretKey}}_a, {{secretKey}}_b, false",
        "a/{{secretKey}}, {{secretKey}}/b, true",
        "a/{{secretKey}}, {{secretKey}}/b/c, false",
        "x{{secretKey}}, {{secretKey}}y, true"
    })
    void overlapMeansThatOneNameIsCoveredByBoth(String one, String other, boolean overlap) {
        assertThat(KeySchema.of(one, "e").overlaps(KeySchema.of(other, "e"))).isEqualTo(overlap);
        assertThat(KeySchema.of(other, "e").overlaps(KeySchema.of(one, "e"))).isEqualTo(overlap);
    }

    @Property(tries = 300)
    @Label("U2.3-7: what the schema adds is cut off again")
    void whatIsAppliedIsStripped(
            @ForAll @AlphaChars @Chars('/') @StringLength(max = 4) String prefix,
            @ForAll @AlphaChars @StringLength(max = 4) String suffix,
            @ForAll @StringLength(min = 1, max = 6) String key) {
        KeySchema schema = KeySchema.of(prefix + "{{secretKey}}" + suffix, "dev");
        boolean nested = prefix.contains("/") && key.contains("/");
        assertThat(schema.strip(schema.apply(key)).equals(Optional.of(key))).isEqualTo(!nested);
    }

    @Property(tries = 500)
    void overlapIsNeverMissed(
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String p1,
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String s1,
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String p2,
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String s2) {
        KeySchema one = KeySchema.of(p1 + "{{secretKey}}" + s1, "e");
        KeySchema other = KeySchema.of(p2 + "{{secretKey}}" + s2, "e");
        assertThat(one.overlaps(other)).isEqualTo(anyName("", 8, one, other));
    }

    private static boolean anyName(String name, int left, KeySchema one, KeySchema other) {
        if (one.covers(name) && other.covers(name)) {
            return true;
        }
        return left > 0 && (anyName(name + "a", left - 1, one, other) || anyName(name + "/", left - 1, one, other));
    }

    private static KeySchema schema(String template, String path, boolean subFolders) {
        return KeySchema.of(template, new Source("project", "dev", path, subFolders));
    }

    @Test
    void thePathOfTheFolderIsPartOfTheName() {
        KeySchema plain = schema("{{environment}}/{{secretPath}}/{{secretKey}}", "/apps/db", false);
        assertThat(plain.apply("A")).isEqualTo("dev/apps/db/A");
        assertThat(plain.strip("dev/apps/db/A")).contains("A");
        assertThat(plain.covers("dev/apps/db/sub/A")).isFalse();
        KeySchema root = schema("x/{{secretPath}}/{{secretKey}}", "/", false);
        assertThat(root.apply("A")).isEqualTo("x/A");
    }

    @Test
    void namesOfFoldersBelowAreCoveredAndLeadBackToTheKey() {
        KeySchema schema = schema("x/{{secretPath}}/{{secretKey}}", "/apps", true);
        assertThat(schema.apply("", "A")).isEqualTo("x/apps/A");
        assertThat(schema.apply("db/one", "A")).isEqualTo("x/apps/db/one/A");
        assertThat(schema.strip("x/apps/db/one/A")).contains("A");
        assertThat(schema.prefix()).isEqualTo("x/apps/");
        for (String name : new String[] {"x/apps/", "x/apps//A", "x/apps/db/", "x/apps/db//A", "x/other/A"}) {
            assertThat(schema.covers(name)).as(name).isFalse();
        }
        KeySchema root = schema("{{secretPath}}/{{secretKey}}", "/", true);
        assertThat(root.apply("db", "A")).isEqualTo("db/A");
        assertThat(root.apply("", "A")).isEqualTo("A");
    }

    @Test
    void withoutThePathFoldersDoNotShow() {
        KeySchema schema = schema("x/{{secretKey}}", "/apps", true);
        assertThat(schema.apply("db", "A")).isEqualTo("x/A");
        assertThat(schema.covers("x/db/A")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "{{secretPath}}/{{secretKey}}, true", "a/{{secretPath}}/{{secretKey}}-b, true",
        "{{environment}}/{{secretPath}}/{{secretKey}}, true", "a{{secretPath}}/{{secretKey}}, false",
        "{{secretPath}}{{secretKey}}, false", "{{secretPath}}/x/{{secretKey}}, false",
        "{{secretKey}}/{{secretPath}}, false", "{{secretPath}}/{{secretPath}}/{{secretKey}}, false"
    })
    void thePathStandsDirectlyBeforeTheKey(String template, boolean valid) {
        assertThat(KeySchema.validate(template).isEmpty()).isEqualTo(valid);
    }

    @Property(tries = 500)
    void overlapIsNotMissedWithFoldersEither(
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String prefix,
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String suffix,
            @ForAll @Chars({'a', '/'}) @StringLength(max = 3) String before) {
        String begin = before.isEmpty() || before.endsWith("/") ? before : before + "/";
        KeySchema one = KeySchema.of(prefix + "{{secretKey}}" + suffix, "dev");
        KeySchema other = schema(begin + "{{secretPath}}/{{secretKey}}", "/a", true);
        assertThat(one.overlaps(other)).isEqualTo(anyName("", 10, one, other));
        assertThat(other.overlaps(one)).isEqualTo(one.overlaps(other));
    }

    @Test
    void manyToOneCoversExactlyItsName() {
        World world = new World();
        world.schema = "p/{{secretKey}}";
        Coverage oneToOne = Coverage.of(world.sync());
        world.mapping = Destination.MANY_TO_ONE;
        Coverage manyToOne = Coverage.of(world.sync());
        assertThat(manyToOne.covers("p/app")).isTrue();
        assertThat(manyToOne.covers("p/other")).isFalse();
        assertThat(manyToOne.prefix()).isEqualTo("p/app");
        assertThat(oneToOne.overlaps(manyToOne)).isTrue();
        assertThat(manyToOne.overlaps(oneToOne)).isTrue();
        assertThat(manyToOne.overlaps(manyToOne)).isTrue();
        world.schema = "q/{{secretKey}}";
        assertThat(Coverage.of(world.sync()).overlaps(manyToOne)).isFalse();
        assertThat(oneToOne.overlaps(Coverage.of(world.sync()))).isFalse();
    }
}
