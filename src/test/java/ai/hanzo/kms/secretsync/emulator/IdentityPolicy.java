package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * A policy of IAM that is attached to a caller: {@code Action}, {@code Resource} and the condition operators for strings, numbers
 * and truth values. What it does not know it refuses to read.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">evaluation logic</a>
 */
final class IdentityPolicy {
    enum Decision {
        ALLOWED,
        /** No statement speaks of it. */
        NOT_ALLOWED,
        /** A statement denies it. */
        DENIED
    }

    /**
     * What a caller asks to be allowed.
     *
     * @param resource an ARN, or {@code *} for an action that has no resource
     * @param context values by condition key
     */
    record Access(String action, String resource, Map<String, List<String>> context) {
        Access {
            Map<String, List<String>> byKey = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            byKey.putAll(context);
            context = byKey;
        }
    }

    private record Condition(String operator, String key, List<String> values) {}

    private record Statement(boolean deny, List<String> actions, List<String> resources, List<Condition> conditions) {}

    private static final Pattern VARIABLE_OR_WILDCARD = Pattern.compile("\\$\\{([$*?])}|[*?]");
    private static final Map<String, BiPredicate<String, String>> OPERATORS = Map.of(
            "StringEquals",
            String::equals,
            "StringNotEquals",
            (wanted, actual) -> !wanted.equals(actual),
            "StringLike",
            IdentityPolicy::matches,
            "Bool",
            String::equalsIgnoreCase,
            "NumericLessThan",
            (wanted, actual) -> Long.parseLong(actual) < Long.parseLong(wanted),
            "NumericGreaterThanEquals",
            (wanted, actual) -> Long.parseLong(actual) >= Long.parseLong(wanted));

    private final List<Statement> statements;

    private IdentityPolicy(List<Statement> statements) {
        this.statements = statements;
    }

    /** @throws IllegalArgumentException for what IAM would refuse, and for what this does not know */
    static IdentityPolicy parse(String json) {
        try {
            JsonNode document = Json.MAPPER.readTree(json);
            if (!document.path("Version").asText().equals("2012-10-17")) {
                throw new IllegalArgumentException("Not a policy of the version 2012-10-17");
            }
            List<Statement> statements = new ArrayList<>();
            document.path("Statement").forEach(statement -> statements.add(statement(statement)));
            return new IdentityPolicy(statements);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON", e);
        }
    }

    private static Statement statement(JsonNode json) {
        json.fieldNames().forEachRemaining(name -> {
            if (!List.of("Sid", "Effect", "Action", "Resource", "Condition").contains(name)) {
                throw new IllegalArgumentException("Not known here: " + name);
            }
        });
        if (!json.path("Sid").asText().matches("[A-Za-z0-9]*")) {
            throw new IllegalArgumentException("A Sid has letters and digits only: " + json.path("Sid"));
        }
        String effect = json.path("Effect").asText();
        if (!List.of("Allow", "Deny").contains(effect)) {
            throw new IllegalArgumentException("Neither Allow nor Deny: " + effect);
        }
        List<Condition> conditions = new ArrayList<>();
        for (Map.Entry<String, JsonNode> operator : json.path("Condition").properties()) {
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                conditions.add(new Condition(known(operator.getKey()), key.getKey(), texts(key.getValue())));
            }
        }
        return new Statement(
                effect.equals("Deny"), texts(json.path("Action")), texts(json.path("Resource")), conditions);
    }

    private static String known(String operator) {
        if (!OPERATORS.containsKey(bare(operator))) {
            throw new IllegalArgumentException("Not known here: " + operator);
        }
        return operator;
    }

    private static String bare(String operator) {
        return operator.replaceFirst("^For(All|Any)Values?:", "").replaceFirst("IfExists$", "");
    }

    private static List<String> texts(JsonNode node) {
        return node.isArray()
                ? StreamSupport.stream(node.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList()
                : List.of(node.asText());
    }

    Decision decide(Access access) {
        boolean allowed = false;
        for (Statement statement : statements) {
            if (speaksOf(statement, access)) {
                if (statement.deny()) {
                    return Decision.DENIED;
                }
                allowed = true;
            }
        }
        return allowed ? Decision.ALLOWED : Decision.NOT_ALLOWED;
    }

    private static boolean speaksOf(Statement statement, Access access) {
        String action = access.action().toLowerCase(Locale.ROOT);
        return statement.actions().stream().anyMatch(each -> matches(each.toLowerCase(Locale.ROOT), action))
                && statement.resources().stream().anyMatch(each -> matches(each, access.resource()))
                && statement.conditions().stream().allMatch(condition -> holds(condition, access.context()));
    }

    private static boolean holds(Condition condition, Map<String, List<String>> context) {
        String operator = condition.operator();
        List<String> actual = context.get(condition.key());
        boolean negated = bare(operator).contains("Not");
        if (actual == null || actual.isEmpty()) {
            return negated || operator.endsWith("IfExists") || operator.startsWith("ForAllValues:");
        }
        BiPredicate<String, String> test = OPERATORS.get(bare(operator));
        Predicate<String> one = value -> negated
                ? condition.values().stream().allMatch(wanted -> test.test(wanted, value))
                : condition.values().stream().anyMatch(wanted -> test.test(wanted, value));
        return operator.startsWith("ForAllValues:")
                ? actual.stream().allMatch(one)
                : actual.stream().anyMatch(one);
    }

    /** {@code *} is any text, {@code ?} any character; <code>${*}</code> and its like stand for themselves. */
    private static boolean matches(String pattern, String text) {
        StringBuilder regex = new StringBuilder();
        Matcher matcher = VARIABLE_OR_WILDCARD.matcher(pattern);
        int from = 0;
        while (matcher.find()) {
            regex.append(Pattern.quote(pattern.substring(from, matcher.start())));
            if (matcher.group(1) != null) {
                regex.append(Pattern.quote(matcher.group(1)));
            } else {
                regex.append(matcher.group().equals("*") ? ".*" : ".");
            }
            from = matcher.end();
        }
        regex.append(Pattern.quote(pattern.substring(from)));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
    }
}
