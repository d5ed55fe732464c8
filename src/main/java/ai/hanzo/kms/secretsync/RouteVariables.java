package ai.hanzo.kms.secretsync;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The variables that a route file sets and reads: with the options of steps, in the language {@code variable}, and in Simple, which
 * may stand in any text. Camel takes one that there is not for an empty one, without a word.
 */
final class RouteVariables {
    /** What is no Simple, though it may look like it. */
    static final Set<String> OTHER_TEXT = Set.of("constant", "groovy", "description", "note");

    private static final String NAME = "['\"]?([^\\s.?,'\"(){}\\[\\]$]+)([${]?)";
    /** The number of all of them is no variable. */
    private static final Pattern READ_IN_TEXT = Pattern.compile(
            "\\$(?:simple)?\\{\\s*(?!variables\\.(?:size|length)\\b)(?:variables?(?:\\?\\.|\\.|:|\\[)|variableAs\\(\\s*"
                    + "|exchange\\.getVariable\\(\\s*|(?:jq|jsonpath|xpath)\\(\\s*['\"]?variable:)" + NAME);

    private static final Pattern READ_AS_SOURCE = Pattern.compile("^\\s*variable:" + NAME);
    private static final Pattern READ_AS_NAME = Pattern.compile("^\\s*" + NAME);
    private static final Pattern SET_IN_TEXT =
            Pattern.compile("\\$(?:simple)?\\{\\s*setVariable\\(\\s*" + NAME + "|(?:^|\\s|\\{)\\$(\\w+)\\s*:=");
    /** Closer than that, and it is taken for the same name misspelt. */
    private static final int MISSPELT = 2;

    private final Set<String> set = names();
    private final Set<Read> read = new LinkedHashSet<>();
    private boolean setsAny;

    /**
     * @param name without what is read of the variable
     * @param at where it stands
     */
    record Read(String name, ScalarNode at) {}

    private RouteVariables() {}

    static RouteVariables in(Node file) {
        RouteVariables all = new RouteVariables();
        all.visit(file);
        return all;
    }

    /** An empty set of names, for which case makes no difference, as for Camel. */
    static Set<String> names() {
        return new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    }

    /** Names up to their first dot. */
    Set<String> set() {
        return set;
    }

    /** Whether there is one that is set and whose name is known only when it is. */
    boolean setsAny() {
        return setsAny;
    }

    Set<Read> read() {
        return read;
    }

    /** The one among some that somebody probably meant. */
    static Optional<String> meant(String name, Set<String> some) {
        String closest = null;
        int least = MISSPELT + 1;
        for (String one : some) {
            int distance = distance(name.toLowerCase(Locale.ROOT), one.toLowerCase(Locale.ROOT));
            if (distance < least && distance < one.length()) {
                closest = one;
                least = distance;
            }
        }
        return Optional.ofNullable(closest);
    }

    private void visit(Node node) {
        if (node instanceof ScalarNode text) {
            visitText(text);
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(this::visit);
        } else if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                String key = entry.getKeyNode() instanceof ScalarNode name ? name.getValue() : "";
                if (key.equals("parameters")) {
                    RouteFiles.scalars(entry.getValueNode()).forEach(this::visitText);
                } else if (!OTHER_TEXT.contains(key)) {
                    visitOption(key, entry.getValueNode());
                    visit(entry.getValueNode());
                }
            }
        }
    }

    /** What options say by themselves, without Simple. */
    private void visitOption(String key, Node value) {
        switch (key) {
            case "setVariable" -> sets(RouteFiles.value(value, "name"));
            case "setVariables" -> {
                if (RouteFiles.value(value, "variables").orElse(null) instanceof SequenceNode list) {
                    list.getValue().forEach(one -> sets(RouteFiles.value(one, "name")));
                }
            }
            case "convertVariableTo" -> {
                reads(RouteFiles.value(value, "name"));
                sets(RouteFiles.value(value, "toName"));
            }
            case "variableReceive" -> sets(Optional.of(value));
            case "variableSend" -> reads(Optional.of(value));
            case "variable" ->
                reads(value instanceof ScalarNode ? Optional.of(value) : RouteFiles.value(value, "expression"));
            case "source" -> reads(Optional.of(value), READ_AS_SOURCE);
            default -> {}
        }
    }

    private void visitText(ScalarNode text) {
        reads(Optional.of(text), READ_IN_TEXT);
        for (Matcher found = SET_IN_TEXT.matcher(text.getValue()); found.find(); ) {
            sets(found.group(1) == null ? found.group(3) : found.group(1) + found.group(2));
        }
    }

    private void sets(Optional<Node> name) {
        if (name.orElse(null) instanceof ScalarNode text) {
            sets(text.getValue());
        }
    }

    private void sets(String name) {
        if (name.contains("${") || name.contains("{{") || name.endsWith("$") || name.endsWith("{")) {
            setsAny = true;
        } else {
            set.add(plain(name));
        }
    }

    private void reads(Optional<Node> name) {
        reads(name, READ_AS_NAME);
    }

    private void reads(Optional<Node> where, Pattern pattern) {
        if (where.orElse(null) instanceof ScalarNode text) {
            for (Matcher found = pattern.matcher(text.getValue()); found.find(); ) {
                if (found.group(2).isEmpty()) {
                    read.add(new Read(found.group(1).replaceFirst("^(exchange|header):", ""), text));
                }
            }
        }
    }

    /** What is read of it first: a name with dots may be read as a whole. */
    private static String plain(String name) {
        return name.strip().replaceFirst("^exchange:", "").split("\\.", 2)[0];
    }

    /** How many letters are wrong, too many, missing or the wrong way round. */
    private static int distance(String one, String other) {
        int[][] distances = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int least = Math.min(
                        Math.min(distances[i - 1][j], distances[i][j - 1]) + 1, distances[i - 1][j - 1] + same);
                boolean turned = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                distances[i][j] = turned ? Math.min(least, distances[i - 2][j - 2] + 1) : least;
            }
        }
        return distances[one.length()][other.length()];
    }
}
