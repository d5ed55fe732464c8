package ai.hanzo.kms.secretsync.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A text. Every check is made, so that a text can have several issues; lengths are in UTF-16 units, as in JavaScript.
 *
 * <p>Beyond the contract, no text may hold what no database keeps: U+0000 and half a surrogate pair.
 */
final class TextRule implements Rule<String> {
    private record Check(Predicate<String> holds, String code, String message, Object... details) {}

    private final boolean trimmed;
    private final List<Check> checks;

    private TextRule(boolean trimmed, List<Check> checks) {
        this.trimmed = trimmed;
        this.checks = checks;
    }

    static TextRule text() {
        return new TextRule(false, List.of())
                .matching(TextRule::isStorable, "Text must not contain U+0000 or unpaired surrogates");
    }

    /** Cuts white space, in JavaScript's sense, off both ends before anything is checked. */
    TextRule trimmed() {
        return new TextRule(true, checks);
    }

    TextRule min(int length, String message) {
        return plus(text -> text.length() >= length, "too_small", message, bounds("minimum", length));
    }

    TextRule max(int length, String message) {
        return plus(text -> text.length() <= length, "too_big", message, bounds("maximum", length));
    }

    /** A rule of our own words: zod's {@code refine}. */
    TextRule matching(Predicate<String> holds, String message) {
        return plus(holds, "custom", message);
    }

    /** A rule that zod knows by name. */
    TextRule format(Predicate<String> holds, Object validation, String message) {
        return plus(holds, "invalid_string", message, "validation", validation);
    }

    @Override
    public String read(Found found) {
        if (!found.json().isTextual()) {
            return found.wrongType("string");
        }
        String text = trimmed ? trim(found.json().textValue()) : found.json().textValue();
        for (Check check : checks) {
            if (!check.holds.test(text)) {
                found.issue(check.code, check.message, check.details);
            }
        }
        return text;
    }

    private TextRule plus(Predicate<String> holds, String code, String message, Object... details) {
        List<Check> more = new ArrayList<>(checks);
        more.add(new Check(holds, code, message, details));
        return new TextRule(trimmed, more);
    }

    private static Object[] bounds(String name, int length) {
        return new Object[] {name, length, "type", "string", "inclusive", true, "exact", false};
    }

    private static boolean isStorable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c >= '\t' && c <= '\r' || c == '\uFEFF' || Character.isSpaceChar(c);
    }
}
