package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.SimpleSyntax.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** What a route file says in Simple: in the language of that name, and in the options that Camel reads as Simple. */
final class RouteExpressions {
    private static final Set<String> CONDITIONS =
            Set.of("when", "filter", "validate", "onWhen", "handled", "continued", "retryWhile", "completionPredicate");

    /** What has a name that may be made by Simple. */
    private static final Set<String> NAMING = Set.of("setHeader", "setProperty", "setVariable", "headers", "variables");

    private static final String PARAMETERS = "parameters";
    /** Around the language, without being what it is for. */
    private static final String ANY = "expression";

    private final List<Expression> found = new ArrayList<>();

    /**
     * @param at where it stands
     */
    record Expression(ScalarNode at, Kind kind) {}

    private RouteExpressions() {}

    static List<Expression> in(Node file) {
        RouteExpressions all = new RouteExpressions();
        all.visit("", file);
        return all.found;
    }

    /**
     * @param around the step or option that a node is part of
     */
    private void visit(String around, Node node) {
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(one -> visit(around, one));
        } else if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key
                        && !RouteVariables.OTHER_TEXT.contains(key.getValue())) {
                    visitOption(around, key.getValue(), entry.getValueNode());
                }
            }
        }
    }

    private void visitOption(String around, String key, Node value) {
        switch (key) {
            case "simple" -> language(around, value);
            case "log" -> {
                if (RouteFiles.value(value, "logLanguage").isEmpty()) {
                    text(value, "message");
                }
            }
            case "throwException" -> text(value, "message");
            case "toD", "wireTap" -> {
                text(value, "uri");
                RouteFiles.value(value, PARAMETERS).stream()
                        .flatMap(parameters -> RouteFiles.scalars(parameters).stream())
                        .forEach(this::text);
            }
            case "method", "name" -> {
                if (value instanceof ScalarNode text && (key.equals("method") || NAMING.contains(around))) {
                    text(text);
                }
            }
            default -> {}
        }
        if (!key.equals(PARAMETERS)) {
            visit(key.equals(ANY) ? around : key, value);
        }
    }

    private void language(String around, Node value) {
        Node text = value instanceof ScalarNode
                ? value
                : RouteFiles.value(value, ANY).orElse(null);
        if (text instanceof ScalarNode scalar) {
            boolean known = RouteFiles.value(value, "resultType").isEmpty() && !around.equals("loop");
            Kind kind = CONDITIONS.contains(around) ? Kind.PREDICATE : Kind.EXPRESSION;
            found.add(new Expression(scalar, known ? kind : Kind.TEXT));
        }
    }

    private void text(Node value, String option) {
        Node text = value instanceof ScalarNode
                ? value
                : RouteFiles.value(value, option).orElse(null);
        if (text instanceof ScalarNode scalar) {
            text(scalar);
        }
    }

    private void text(ScalarNode text) {
        // Those are of another language.
        if (!text.getValue().startsWith("language:")) {
            found.add(new Expression(text, Kind.TEXT));
        }
    }
}
