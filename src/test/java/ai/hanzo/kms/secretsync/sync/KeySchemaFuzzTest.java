package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any template, environment, key and name. */
class KeySchemaFuzzTest {
    private static final int TRIES = 500;

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void a_template_is_valid_and_usable_or_refused_with_a_reason(@ForAll("texts") String template) {
        if (KeySchema.validate(template).isEmpty()) {
            KeySchema schema = KeySchema.of(template, "dev");
            assertThat(schema.strip(schema.apply("KEY"))).contains("KEY");
        } else if (template.split("\\{\\{secretKey}}", -1).length != 2) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KeySchema.of(template, "dev"))
                    .withMessage(KeySchema.INVALID);
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void what_is_covered_is_exactly_what_can_have_been_made(
            @ForAll("templates") String template,
            @ForAll("texts") String environment,
            @ForAll("texts") String key,
            @ForAll("texts") String other) {
        KeySchema schema = KeySchema.of(template, environment);
        String name = schema.apply(key);
        assertThat(name).startsWith(schema.prefix()).endsWith(schema.suffix()).contains(key);
        schema.strip(name).ifPresent(stripped -> assertThat(stripped).isEqualTo(key));
        for (String candidate : new String[] {other, schema.prefix() + other, other + schema.suffix()}) {
            schema.strip(candidate).ifPresent(stripped -> {
                assertThat(stripped).isNotEmpty();
                assertThat(schema.apply(stripped)).isEqualTo(candidate);
            });
            assertThat(schema.covers(candidate))
                    .isEqualTo(schema.strip(candidate).isPresent());
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void a_name_that_two_schemas_cover_is_an_overlap_both_ways(
            @ForAll("templates") String one,
            @ForAll("templates") String other,
            @ForAll("texts") String environment,
            @ForAll("texts") String key) {
        KeySchema first = KeySchema.of(one, environment);
        KeySchema second = KeySchema.of(other, environment);
        assertThat(first.overlaps(second)).isEqualTo(second.overlaps(first));
        if (first.covers(second.apply(key)) && second.covers(second.apply(key))) {
            assertThat(first.overlaps(second)).isTrue();
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return HostileText.texts();
    }

    @Provide
    Arbitrary<String> templates() {
        return Arbitraries.of("", "a/", "{{environment}}/", "{{environment}}", "x-", "{{", "}}")
                .tuple2()
                .map(around -> around.get1() + "{{secretKey}}" + around.get2());
    }
}
