package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.TextRule.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules that several requests share. Source: {@code upstream-secret-sync.md} 1.1, 1.3 and 1.6. */
final class Rules {
    static final Rule<Boolean> BOOLEAN = found ->
            found.json().isBoolean() ? Boolean.valueOf(found.json().booleanValue()) : found.wrongType("boolean");

    private static final Pattern UUID_SHAPE = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    static final Rule<UUID> UUID = found -> {
        Found trial = found.trial();
        String id = text().format(text -> UUID_SHAPE.matcher(text).matches(), "uuid", "Invalid uuid")
                .read(trial);
        found.issues().addAll(trial.issues());
        return trial.issues().isEmpty() ? java.util.UUID.fromString(id) : null;
    };

    static final Rule<String> PROJECT_ID = text().trimmed().min(1, "Project ID required");

    static final Rule<String> DESCRIPTION = text().trimmed().max(256, "Description cannot exceed 256 characters");

    /** How much of a refused name is quoted back. */
    private static final int LONGEST_QUOTE = 100;

    private Rules() {}

    /** A name of lower-case letters and digits in groups joined by single hyphens. */
    static Rule<String> slug(String field, int longest) {
        return text().trimmed()
                .min(1, field + " field must be at least 1 lowercase character")
                .max(longest, field + " field must be at most " + longest + " lowercase characters")
                .matching(Rules::isSlug, field + " field can only contain lowercase letters, numbers, and hyphens");
    }

    // No regular expression: one with a repeated group recurses as deeply as the text is long.
    private static boolean isSlug(String text) {
        return text.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
                && !text.startsWith("-")
                && !text.endsWith("-")
                && !text.contains("--");
    }

    /** One of a set of names. */
    static Rule<String> oneOf(Collection<String> options) {
        return found -> {
            JsonNode json = found.json();
            if (!json.isTextual()) {
                return found.wrongType(quoted(options));
            }
            String received = json.textValue();
            if (options.contains(received)) {
                return received;
            }
            String quote = shortened(received);
            return found.issue(
                    "invalid_enum_value",
                    "Invalid enum value. Expected " + quoted(options) + ", received '" + quote + "'",
                    "received",
                    quote,
                    "options",
                    List.copyOf(options));
        };
    }

    /** The name that tells which shape an object has. */
    static Rule<String> discriminator(Collection<String> options) {
        return found ->
                found.json().isTextual() && options.contains(found.json().textValue())
                        ? found.json().textValue()
                        : found.issue(
                                "invalid_union_discriminator",
                                "Invalid discriminator value. Expected " + quoted(options),
                                "options",
                                List.copyOf(options));
    }

    /** The first of two shapes that fits without issues; else the one that can be read; else neither fits. */
    static <T> Rule<T> either(Rule<? extends T> one, Rule<? extends T> other) {
        return found -> {
            Found first = found.trial();
            T ofFirst = one.read(first);
            if (first.issues().isEmpty()) {
                return ofFirst;
            }
            Found second = found.trial();
            T ofSecond = other.read(second);
            if (second.issues().isEmpty()) {
                return ofSecond;
            }
            if (ofFirst != null || ofSecond != null) {
                found.issues().addAll(ofFirst != null ? first.issues() : second.issues());
                return ofFirst != null ? ofFirst : ofSecond;
            }
            return found.issue(
                    "invalid_union",
                    "Invalid input",
                    "unionErrors",
                    List.of(new UnionError(first.issues()), new UnionError(second.issues())));
        };
    }

    /** A list; beyond {@code longest} items nothing is looked at, so that a long list cannot make a longer answer. */
    static <T> Rule<List<T>> listOf(Rule<T> item, int longest) {
        return found -> {
            if (!found.json().isArray()) {
                return found.wrongType("array");
            }
            int size = found.json().size();
            if (size > longest) {
                found.issue(
                        "too_big",
                        "Array must contain at most " + longest + " element(s)",
                        "maximum",
                        longest,
                        "type",
                        "array",
                        "inclusive",
                        true,
                        "exact",
                        false);
            }
            List<T> items = new ArrayList<>();
            for (int i = 0; i < Math.min(size, longest); i++) {
                T read = found.read(i, item);
                if (read != null) {
                    items.add(read);
                }
            }
            return List.copyOf(items);
        };
    }

    /** A field that upstream has for other apps: only the value that means nothing is accepted. */
    static Rule<Boolean> onlyFalse(String message) {
        return found -> found.json().isBoolean() && !found.json().booleanValue()
                ? Boolean.FALSE
                : found.issue("invalid_literal", message, "expected", false);
    }

    /** As {@link #onlyFalse}, for a field that can only be null. */
    static Rule<Object> onlyNull(String message) {
        return found -> found.json().isNull() ? null : found.issue("invalid_type", message, "expected", "null");
    }

    /** One member of zod's {@code invalid_union}. */
    record UnionError(List<Issue> issues, String name) {
        UnionError(List<Issue> issues) {
            this(List.copyOf(issues), "ZodError");
        }
    }

    private static String quoted(Collection<String> options) {
        return options.stream().map(option -> "'" + option + "'").collect(Collectors.joining(" | "));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
