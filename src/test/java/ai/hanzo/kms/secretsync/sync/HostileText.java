package ai.hanzo.kms.secretsync.sync;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Texts as somebody writes them who wants to see something break. */
public final class HostileText {
    private static final List<String> PIECES = List.of(
            "{{secretKey}}",
            "{{environment}}",
            "{{",
            "}}",
            "{{secret",
            "Key}}",
            "${A}",
            "${",
            "$",
            "\\Q",
            "\\E",
            "\\",
            "/",
            "//",
            "..",
            ":",
            "\"",
            "'",
            "a",
            "dev",
            "_-",
            " ",
            "\t",
            "\n",
            "\r\n",
            "\u0000",
            "\u001b",
            "\u2028",
            "\ufeff",
            "\u00a0",
            "\ud83d",
            "\udd11",
            "\ud83d\udd11",
            "é",
            "e\u0301",
            "\u202e",
            "\uffff",
            "%s",
            "%00",
            "{\"a\":1}",
            "null",
            "<script>");

    private HostileText() {}

    /** From the empty text to thousands of characters; not all of it can be written as UTF-8. */
    public static Arbitrary<String> texts() {
        return Arbitraries.frequencyOf(
                Tuple.of(6, pieces()),
                Tuple.of(2, Arbitraries.strings().all().ofMaxLength(20)),
                Tuple.of(
                        1,
                        Combinators.combine(pieces(), Arbitraries.integers().between(1, 500))
                                .as(String::repeat)));
    }

    /** Some JSON, valid or nearly so: any value, any depth, any escape, any blanks. */
    public static Arbitrary<String> json() {
        return Arbitraries.frequencyOf(
                Tuple.of(10, value()),
                Tuple.of(
                        3,
                        Combinators.combine(
                                        value(), pieces(), Arbitraries.doubles().between(0, 1))
                                .as(HostileText::insert)),
                Tuple.of(
                        1, Arbitraries.of(100, 999, 1_000, 1_001, 100_000).map(depth -> "{\"a\":" + "[".repeat(depth))),
                Tuple.of(
                        1,
                        Arbitraries.of(100, 999, 1_000, 1_001, 100_000)
                                .map(length -> "{\"a\":" + "9".repeat(length) + "}")),
                Tuple.of(1, texts()));
    }

    /** A JSON object whose members are any JSON. */
    public static Arbitrary<String> object() {
        return object(value());
    }

    private static Arbitrary<String> pieces() {
        return Arbitraries.of(PIECES).list().ofMaxSize(8).map(pieces -> String.join("", pieces));
    }

    private static Arbitrary<String> value() {
        return Arbitraries.recursive(HostileText::scalar, HostileText::container, 0, 3);
    }

    private static Arbitrary<String> scalar() {
        return Arbitraries.oneOf(
                string(),
                Arbitraries.of(
                        "null",
                        "true",
                        "false",
                        "0",
                        "-0",
                        "1.10",
                        "1e2",
                        "1E+400",
                        "-1e-400",
                        "1e999999999",
                        "12345678901234567890123",
                        "0.1000000000000000055511151231257827",
                        "{}",
                        "[]"),
                Arbitraries.bigDecimals().map(Object::toString));
    }

    private static Arbitrary<String> container(Arbitrary<String> values) {
        return Arbitraries.oneOf(
                values.list()
                        .ofMaxSize(4)
                        .map(members -> members.stream().collect(Collectors.joining(" , ", "[", "]"))),
                object(values));
    }

    private static Arbitrary<String> object(Arbitrary<String> values) {
        Arbitrary<String> member = Combinators.combine(string(), values).as((key, value) -> key + " :" + value);
        return member.list().ofMaxSize(5).map(members -> members.stream().collect(Collectors.joining(",\n", "{", "}")));
    }

    private static Arbitrary<String> string() {
        return Combinators.combine(texts(), Arbitraries.of(true, false)).as(HostileText::quoted);
    }

    private static String quoted(String text, boolean allEscaped) {
        return text.chars()
                .mapToObj(c -> allEscaped || c < 0x20 || c == '"' || c == '\\'
                        ? String.format("\\u%04X", c)
                        : String.valueOf((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    private static String insert(String text, String piece, double where) {
        int at = (int) (text.length() * where);
        return text.substring(0, at) + piece + text.substring(at);
    }
}
