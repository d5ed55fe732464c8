package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.hanzo.kms.secretsync.sync.KeyRules.Rename;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRulesTest {
    private static KeyRules renaming(String... rules) {
        return new KeyRules(
                null,
                null,
                List.of(rules).stream()
                        .map(rule -> rule.split(">"))
                        .map(sides -> new Rename(sides[0], sides[1]))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "*, '', true", "A*, A, true", "A*, BA, false", "*_TEST, X_TEST, true", "*_TEST, X_TEST_, false",
        "A?C, ABC, true", "A?C, AC, false", "a*, A, false", "*A*B*, xAyBz, true", "*A*B*, xByAz, false",
        "A.C, ABC, false", "[A], A, false", "'', '', true", "'', A, false", "**, A, true"
    })
    void aPatternFitsTheWholeName(String pattern, String name, boolean fits) {
        assertThat(Glob.matches(pattern, name)).isEqualTo(fits);
    }

    @Property(tries = 2000)
    void aPatternMeansWhatTheRegularExpressionMeans(@ForAll("patterns") String pattern, @ForAll("names") String name) {
        String expression = pattern.chars()
                .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining());
        assertThat(Glob.matches(pattern, name)).isEqualTo(Pattern.matches(expression, name));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("AB_*?").ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("AB_").ofMaxLength(8);
    }

    @Test
    void noPatternKeepsAnybodyBusy() {
        String pattern = "*a".repeat(127) + "b";
        Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> assertThat(Glob.matches(pattern, "a".repeat(100_000))).isFalse());
    }

    @Test
    void withoutRulesEveryKeyIsTakenUnderItsOwnName() {
        for (KeyRules rules : List.of(KeyRules.none(), new KeyRules(List.of(), List.of(), List.of()))) {
            assertThat(rules.leavesOut("A")).isEmpty();
            assertThat(rules.apply("A")).isEqualTo("A");
            assertThat(rules.keysOf("A")).containsExactly("A");
        }
    }

    @Test
    void excludeGoesBeforeIncludeAndTheRuleIsNamed() {
        KeyRules rules = new KeyRules(List.of("APP_*", "DB_*"), List.of("*_TEST"), null);
        assertThat(rules.leavesOut("APP_X")).isEmpty();
        assertThat(rules.leavesOut("APP_TEST"))
                .contains("The key rule exclude \"*_TEST\" leaves APP_TEST out of this sync");
        assertThat(rules.leavesOut("OTHER")).contains("No include rule takes OTHER into this sync");
    }

    @Test
    void theFirstRenameRuleThatFitsCounts() {
        KeyRules rules = renaming("APP_DB>database", "APP_*>app.*", "*_OLD>*");
        assertThat(rules.apply("APP_DB")).isEqualTo("database");
        assertThat(rules.apply("APP_OLD")).isEqualTo("app.OLD");
        assertThat(rules.apply("X_OLD")).isEqualTo("X");
        assertThat(rules.apply("APP_")).as("the star is at least one character").isEqualTo("APP_");
        assertThat(rules.renaming("APP_OLD")).contains(new Rename("APP_*", "app.*"));
        assertThat(rules.renaming("OTHER")).isEmpty();
    }

    @Test
    void aNameLeadsBackToTheKeysThatGetIt() {
        KeyRules rules = renaming("APP_*>*");
        assertThat(rules.keysOf("X")).containsExactly("APP_X", "X");
        assertThat(rules.keysOf("APP_X")).as("it would be called X").containsExactly("APP_APP_X");
        assertThat(new KeyRules(List.of("APP_*"), null, rules.rename()).keysOf("X"))
                .containsExactly("APP_X");
        assertThat(new KeyRules(List.of("NONE"), null, rules.rename()).keysOf("X"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"A, B, true", "A*, B*, true", "A*, B, false", "A, B*, false", "*A*, B*, false", "*A*, *B*, false"})
    void bothSidesHaveOneStarOrNone(String from, String to, boolean good) {
        assertThat(Rename.goesTogether(from, to)).isEqualTo(good);
    }

    @Property(tries = 3000)
    void everyKeyIsAmongThoseOfItsName(
            @ForAll("renames") List<Rename> renames, @ForAll("patterns") String exclude, @ForAll("names") String key) {
        KeyRules rules = new KeyRules(null, List.of(exclude), renames);
        String name = rules.apply(key);
        if (rules.leavesOut(key).isEmpty()) {
            assertThat(rules.keysOf(name)).contains(key);
        } else {
            assertThat(rules.keysOf(name)).doesNotContain(key);
        }
        for (String other : rules.keysOf(name)) {
            assertThat(rules.apply(other)).isEqualTo(name);
            assertThat(rules.leavesOut(other)).isEmpty();
        }
        assertThat(rules.renaming(key).isPresent() || name.equals(key)).isTrue();
    }

    @Provide
    Arbitrary<List<Rename>> renames() {
        Arbitrary<String> side =
                Arbitraries.strings().withChars("AB_*").ofMinLength(1).ofMaxLength(4);
        return side.flatMap(from -> side.map(to -> Optional.of(new Rename(from, to))
                        .filter(rule -> Rename.goesTogether(from, to))
                        .orElse(new Rename("A", "B"))))
                .list()
                .ofMaxSize(4);
    }

    @Test
    void anythingMayBeAskedOfThem() {
        KeyRules rules = renaming("*>*");
        assertThatCode(() -> rules.keysOf("")).doesNotThrowAnyException();
        assertThat(rules.keysOf("A")).containsExactly("A");
    }
}
