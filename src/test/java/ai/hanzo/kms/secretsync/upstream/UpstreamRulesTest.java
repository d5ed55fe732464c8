package ai.hanzo.kms.secretsync.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;

/**
 * Every rule of upstream in {@code upstream-rules.txt} has a test that is named after it, with {@link DisplayName} or jqwik's
 * {@link Label}: its id, and what of it holds here. A test may have the ids of several rules, and a rule several tests.
 */
class UpstreamRulesTest {
    private static final Pattern ID = Pattern.compile("\\bU\\d(\\.\\d)?-\\d+\\b");
    private static final Pattern RULE = Pattern.compile(ID + " \\S.{9,}");
    private static final Pattern NAME = Pattern.compile(ID + ": \\S.{9,}");
    private static final Pattern PROMISE = Pattern.compile("\\(promises? [1-7]");

    private static List<String> rules;
    /** Names with an id, by test. */
    private static final SortedMap<String, String> NAMES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        rules = new ClassPathResource("upstream-rules.txt")
                .getContentAsString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
        MetadataReaderFactory classes = new SimpleMetadataReaderFactory();
        for (Resource file : new PathMatchingResourcePatternResolver()
                .getResources("classpath*:ai/hanzo/kms/secretsync/**/*.class")) {
            for (Class<?> annotation : List.of(DisplayName.class, Label.class)) {
                classes.getMetadataReader(file)
                        .getAnnotationMetadata()
                        .getAnnotatedMethods(annotation.getName())
                        .forEach(method -> named(method, annotation));
            }
        }
    }

    private static void named(MethodMetadata method, Class<?> annotation) {
        String name = method.getAnnotations().get(annotation.getName()).getString("value");
        String test = method.getDeclaringClassName() + "." + method.getMethodName();
        if (ids(name).findAny().isPresent()) {
            assertThat(List.of(Test.class, ParameterizedTest.class, Property.class))
                    .as("%s is a test", test)
                    .anyMatch(kind -> method.isAnnotated(kind.getName()));
            NAMES.put(test, name);
        }
    }

    private static Stream<String> ids(String text) {
        return ID.matcher(text).results().map(MatchResult::group);
    }

    private static String id(String rule) {
        return rule.split(" ", 2)[0];
    }

    @Test
    void theListHasOneLineForEachRule() {
        assertThat(rules)
                .hasSizeGreaterThan(100)
                .allMatch(rule -> RULE.matcher(rule).matches());
        assertThat(rules.stream().map(UpstreamRulesTest::id)).doesNotHaveDuplicates();
    }

    @Test
    void everyRuleHasATestAndNoTestHasARuleThatThereIsNot() {
        SortedSet<String> listed =
                rules.stream().map(UpstreamRulesTest::id).collect(Collectors.toCollection(TreeSet::new));
        SortedSet<String> tested =
                NAMES.values().stream().flatMap(UpstreamRulesTest::ids).collect(Collectors.toCollection(TreeSet::new));

        assertThat(tested).containsExactlyElementsOf(listed);
    }

    @Test
    void aNameIsAnIdAndWhatOfTheRuleHolds() {
        assertThat(NAMES).allSatisfy((test, name) -> assertThat(name).as(test).matches(NAME));
    }

    @Test
    void whereWeDifferTheNameSaysForWhichPromise() {
        assertThat(NAMES.values().stream()
                        .flatMap(name -> Stream.of(name.split("; (?=" + ID + ")")))
                        .filter(name -> name.contains("differs")))
                .isNotEmpty()
                .allMatch(name ->
                        name.contains("differs: ") && PROMISE.matcher(name).find());
    }
}
