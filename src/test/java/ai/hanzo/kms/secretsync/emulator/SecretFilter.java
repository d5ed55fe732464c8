package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The {@code Filters} of {@code ListSecrets} and {@code BatchGetSecretValue}: all filters must match, of each one
 * value; a value after {@code !} must not match. Names, tags, regions and services match by prefix and case, as the
 * API reference says; descriptions and {@code all} by the beginnings of words without case, as recorded from AWS.
 */
final class SecretFilter {
    private static final Pattern VALUE = Pattern.compile("!?[a-zA-Z0-9 :_@/+=.\\-!]*");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    private enum Key {
        DESCRIPTION("description", secret -> present(secret.description()), SecretFilter::containsWords),
        NAME("name", secret -> List.of(secret.name()), String::startsWith),
        TAG_KEY("tag-key", secret -> secret.tags().keySet(), String::startsWith),
        TAG_VALUE("tag-value", secret -> secret.tags().values(), String::startsWith),
        PRIMARY_REGION(
                "primary-region",
                secret -> List.of(secret.isReplica() ? secret.primaryRegion() : secret.region()),
                String::startsWith),
        OWNING_SERVICE("owning-service", secret -> present(secret.owningService()), String::startsWith),
        ALL("all", SecretFilter::attributes, SecretFilter::containsWords);

        private final String id;
        private final Function<Secret, Collection<String>> texts;
        private final BiPredicate<String, String> match;

        Key(String id, Function<Secret, Collection<String>> texts, BiPredicate<String, String> match) {
            this.id = id;
            this.texts = texts;
            this.match = match;
        }

        boolean matches(Secret secret, String value) {
            return texts.apply(secret).stream().anyMatch(text -> match.test(text, value));
        }
    }

    private record Condition(Key key, List<String> values) implements Predicate<Secret> {
        @Override
        public boolean test(Secret secret) {
            boolean anyPositive = false;
            boolean met = false;
            for (String value : values) {
                if (!value.startsWith("!")) {
                    anyPositive = true;
                    met |= key.matches(secret, value);
                } else if (key.matches(secret, value.substring(1))) {
                    return false;
                }
            }
            return met || !anyPositive;
        }
    }

    private final List<Condition> conditions;

    private SecretFilter(List<Condition> conditions) {
        this.conditions = conditions;
    }

    /** @throws AwsException for more than 10 filters, more than 10 values, unknown keys */
    static SecretFilter of(Request request) {
        List<JsonNode> nodes = request.list("Filters", 0, 10);
        List<Condition> conditions = new ArrayList<>();
        for (JsonNode node : nodes == null ? List.<JsonNode>of() : nodes) {
            Request filter = new Request(node);
            String id = filter.text("Key");
            List<String> values = filter.texts("Values", 1, 10);
            if (id == null || values == null) {
                throw AwsException.invalidParameter("A filter needs a Key and Values.");
            }
            Key key = Arrays.stream(Key.values())
                    .filter(each -> each.id.equals(id))
                    .findFirst()
                    .orElseThrow(() -> Request.constraint(
                            "Filters.key",
                            "Member must satisfy enum value set: [all, name, tag-key, description, tag-value,"
                                    + " primary-region, owning-service]"));
            for (String value : values) {
                if (value.length() > 512 || !VALUE.matcher(value).matches()) {
                    throw Request.constraint(
                            "Filters.values", "Member must satisfy regular expression pattern: " + VALUE);
                }
            }
            conditions.add(new Condition(key, values));
        }
        return new SecretFilter(conditions);
    }

    boolean matches(Secret secret) {
        for (Condition condition : conditions) {
            if (!condition.test(secret)) {
                return false;
            }
        }
        return true;
    }

    /** The one prefix that all matching names have, if the filter asks for one. */
    Optional<String> namePrefix() {
        return conditions.stream()
                .filter(condition -> condition.key() == Key.NAME
                        && condition.values().size() == 1
                        && !condition.values().get(0).startsWith("!")
                        && !condition.values().get(0).isEmpty())
                .map(condition -> condition.values().get(0))
                .findFirst();
    }

    private static List<String> present(String text) {
        return text == null ? List.of() : List.of(text);
    }

    private static List<String> attributes(Secret secret) {
        return Stream.of(
                        Stream.of(secret.name()),
                        present(secret.description()).stream(),
                        present(secret.owningService()).stream(),
                        secret.tags().keySet().stream(),
                        secret.tags().values().stream())
                .flatMap(texts -> texts)
                .toList();
    }

    private static boolean containsWords(String text, String value) {
        List<String> wanted = words(value);
        List<String> there = words(text);
        return !wanted.isEmpty()
                && wanted.stream().allMatch(word -> there.stream().anyMatch(each -> each.startsWith(word)));
    }

    private static List<String> words(String text) {
        return BETWEEN_WORDS
                .splitAsStream(text)
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }
}
