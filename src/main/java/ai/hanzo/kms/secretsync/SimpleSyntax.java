package ai.hanzo.kms.secretsync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.language.simple.SimpleExpressionParser;
import org.apache.camel.language.simple.SimplePredicateParser;
import org.apache.camel.language.simple.ast.SimpleFunctionExpression;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.apache.camel.language.simple.types.SimpleToken;
import org.apache.camel.language.simple.types.SimpleTokenType;
import org.apache.camel.language.simple.types.TokenType;

/**
 * What Simple cannot read, by Camel's own parsers. They read a function that has others in it, and what is in it, only when a message
 * comes; here each is read by itself. What only a run or the whole application can know, such as beans, is no matter of syntax.
 */
final class SimpleSyntax {
    /** Stands for what a setting may be, of which nothing is known. */
    private static final String ANYTHING = "\u0000";

    private static final Pattern SETTING = Pattern.compile("\\{\\{[^{}]*}}");
    /** What Camel puts together in another way than by reading it all as one function. */
    private static final Pattern COMPOSED = Pattern.compile("\\$\\{type:|\\s\\?");

    private static final SimpleTokenType START = new SimpleTokenType(TokenType.functionStart, "${");

    /** Finds the functions on the class path, and is never started; null until there is something to read. */
    private CamelContext camel;

    /** How much of a text is Simple. */
    enum Kind {
        EXPRESSION,
        /** A condition. */
        PREDICATE,
        /** Only the functions in it. */
        TEXT
    }

    /** What keeps Simple from reading a text, as the text is in the file; empty where nothing does, or only a run can tell. */
    Optional<String> mistake(String text, Kind kind) {
        String masked = SETTING.matcher(text.strip()).replaceAll(ANYTHING);
        boolean plain = !masked.contains("$") && kind != Kind.PREDICATE;
        if (plain || masked.contains("{{") || masked.startsWith("resource:")) {
            return Optional.empty();
        }
        if (camel == null) {
            camel = new DefaultCamelContext(false);
        }
        Optional<String> whole = masked.contains(ANYTHING) ? Optional.empty() : ofWhole(masked, kind);
        return whole.or(() -> functions(masked).stream()
                .filter(function -> !function.contains(ANYTHING)
                        && !function.startsWith("${")
                        && !COMPOSED.matcher(function).find())
                .flatMap(function -> ofFunction(function).stream())
                .findFirst());
    }

    /** A message of Camel's parsers in words that fit the text. */
    static String reason(String message) {
        return message.replace("expected symbol functionEnd but was eol", "a } is missing at the end");
    }

    private Optional<String> ofWhole(String text, Kind kind) {
        return switch (kind) {
            case EXPRESSION -> read(() -> new SimpleExpressionParser(camel, text, true, null).parseExpression());
            case PREDICATE -> read(() -> new SimplePredicateParser(camel, text, true, null).parsePredicate());
            case TEXT -> Optional.empty();
        };
    }

    private Optional<String> ofFunction(String text) {
        return read(() -> {
            SimpleFunctionExpression function = new SimpleFunctionExpression(new SimpleToken(START, 0), null, false);
            function.addText(text);
            function.createExpression(camel, text);
        });
    }

    private static Optional<String> read(Runnable parser) {
        try {
            parser.run();
            return Optional.empty();
        } catch (SimpleParserException e) {
            return Optional.of(reason(e.getMessage()));
        } catch (SimpleIllegalSyntaxException e) {
            // Without that it is not the text that is wrong: a bean or a language is not there, and Camel tells that.
            return e.getCause() instanceof SimpleParserException
                    ? Optional.of(reason(e.getShortMessage()))
                    : Optional.empty();
        } catch (RuntimeException e) {
            // As above.
            return Optional.empty();
        }
    }

    /** What is between the braces of each function that ends, inner ones first. */
    private static List<String> functions(String text) {
        List<String> found = new ArrayList<>();
        Deque<Integer> begun = new ArrayDeque<>();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\}", i)) {
                i++;
            } else if (text.startsWith("${", i)) {
                i++;
                begun.push(i + 1);
            } else if (text.startsWith("$simple{", i)) {
                i += "$simple{".length() - 1;
                begun.push(i + 1);
            } else if (text.charAt(i) == '}' && !begun.isEmpty()) {
                found.add(text.substring(begun.pop(), i).strip());
            }
        }
        return found;
    }
}
