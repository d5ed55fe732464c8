package ai.hanzo.kms.secretsync.sync;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Name template with {@code {{secretKey}}} and {@code {{environment}}}: gives names, and says which names are covered.
 *
 * <p>Substitution is literal: nothing is escaped, and what was put in is never looked at again, so that an environment or a key
 * which itself reads {@code {{secretKey}}} is just text.
 *
 * <p>A name is covered when it begins with what precedes the key, ends with what follows it, and has something between: no KMS
 * secret has an empty name, so a name that is only prefix and suffix can never have come from here and is left alone. Where
 * the template has a {@code /}, the key may have none: {@code prod/{{secretKey}}} does not cover {@code prod/team/X}.
 *
 * <p>{@code {{secretPath}}/} directly before the key, which upstream does not have, is the path of the secret's folder in the KMS
 * without the slash that it begins with; of the root folder nothing is left, also no slash. Of a source with folders below it,
 * names in those are covered, too.
 */
public final class KeySchema {
    /** What upstream answers for any template it does not take. */
    public static final String INVALID =
            "Key schema must include exactly one {{secretKey}} placeholder. It can also include"
                    + " {{environment}} placeholders. Only alphanumeric characters (a-z, A-Z, 0-9), dashes (-), underscores (_), and"
                    + " slashes (/) are allowed besides the placeholders.";

    /** Longest template, in characters. */
    public static final int MAX_LENGTH = 255;

    private static final String KEY = "{{secretKey}}";
    private static final String ENVIRONMENT = "{{environment}}";
    private static final String PATH = "{{secretPath}}/";
    private static final Pattern LITERALS = Pattern.compile("[A-Za-z0-9_/-]*");
    private static final KeySchema NONE = new KeySchema("", "", false);

    private final String prefix;
    private final String suffix;
    /** Whether folders stand between prefix and key. */
    private final boolean folders;

    private KeySchema(String prefix, String suffix, boolean folders) {
        this.prefix = prefix;
        this.suffix = suffix;
        this.folders = folders;
    }

    /**
     * What is wrong with a template, in upstream's words; empty where it may be used. Surrounding blanks do not count.
     *
     * @param template null or blank for none, which is valid
     */
    public static Optional<String> validate(String template) {
        String trimmed = template == null ? "" : template.strip();
        if (trimmed.isEmpty()) {
            return Optional.empty();
        }
        if (trimmed.length() > MAX_LENGTH) {
            return Optional.of("String must contain at most " + MAX_LENGTH + " character(s)");
        }
        boolean once = trimmed.contains(KEY) && trimmed.indexOf(KEY) == trimmed.lastIndexOf(KEY);
        // Something harmless in place of the placeholders: removing them would let their neighbours form a new one.
        String literals = withoutPath(trimmed).replace(KEY, "/").replace(ENVIRONMENT, "/");
        return once && LITERALS.matcher(literals).matches() ? Optional.empty() : Optional.of(INVALID);
    }

    /** A template without its {@code {{secretPath}}/}, where that stands before the key and after nothing or a slash. */
    public static String withoutPath(String template) {
        int at = template.indexOf(PATH + KEY);
        boolean begins = at == 0 || at > 0 && template.charAt(at - 1) == '/';
        return begins ? template.substring(0, at) + template.substring(at + PATH.length()) : template;
    }

    /**
     * @param template null or blank for none, which covers everything
     * @param environment slug of the environment
     * @throws IllegalArgumentException where the template has not exactly one {@code {{secretKey}}}
     */
    public static KeySchema of(String template, String environment) {
        return of(template, new Source(null, environment, "/"));
    }

    /**
     * @param template null or blank for none, which covers everything
     * @param source whose names it makes
     * @throws IllegalArgumentException where the template has not exactly one {@code {{secretKey}}}
     */
    public static KeySchema of(String template, Source source) {
        String environment = source.environment();
        String trimmed = template == null ? "" : template.strip();
        if (trimmed.isEmpty()) {
            return NONE;
        }
        int at = trimmed.indexOf(KEY);
        if (at < 0 || at != trimmed.lastIndexOf(KEY)) {
            throw new IllegalArgumentException(INVALID);
        }
        // Split first: an environment that contains the other placeholder must not be taken for it.
        String before = trimmed.substring(0, at);
        String after = trimmed.substring(at + KEY.length()).replace(ENVIRONMENT, environment);
        if (!before.endsWith(PATH)) {
            return new KeySchema(before.replace(ENVIRONMENT, environment), after, false);
        }
        String head = before.substring(0, before.length() - PATH.length()).replace(ENVIRONMENT, environment);
        String path = source.secretPath().equals("/") ? "" : source.secretPath().substring(1) + "/";
        return new KeySchema(head + path, after, source.subFolders());
    }

    /** The name in AWS for a key of the source's own folder. */
    public String apply(String key) {
        return prefix + key + suffix;
    }

    /**
     * The name in AWS for a key.
     *
     * @param folder below the source, without slashes around it; empty for the source's own
     */
    public String apply(String folder, String key) {
        return folders && !folder.isEmpty() ? prefix + folder + "/" + key + suffix : apply(key);
    }

    /** The key that a name in AWS stands for, empty where the schema does not cover the name. */
    public Optional<String> strip(String name) {
        if (name.length() <= prefix.length() + suffix.length() || !name.startsWith(prefix) || !name.endsWith(suffix)) {
            return Optional.empty();
        }
        String key = name.substring(prefix.length(), name.length() - suffix.length());
        if (folders) {
            String path = "/" + key;
            // Every folder has a name, and so has the key.
            return path.contains("//") || path.endsWith("/")
                    ? Optional.empty()
                    : Optional.of(key.substring(key.lastIndexOf('/') + 1));
        }
        return guardsNesting() && key.indexOf('/') >= 0 ? Optional.empty() : Optional.of(key);
    }

    /** Whether names have folders of the KMS in them, so that a {@code /} more than the template's is none of others. */
    public boolean namesFolders() {
        return folders;
    }

    public boolean covers(String name) {
        return strip(name).isPresent();
    }

    /** What all covered names begin with, for the filter of ListSecrets; may be empty. */
    public String prefix() {
        return prefix;
    }

    /** What all covered names end with; may be empty. */
    public String suffix() {
        return suffix;
    }

    /** Whether there is a name that both cover, so that two syncs to the same place could fight over it. */
    public boolean overlaps(KeySchema other) {
        // Every name that both cover begins with the longer prefix and ends with the longer suffix.
        String start = prefix.length() >= other.prefix.length() ? prefix : other.prefix;
        String end = suffix.length() >= other.suffix.length() ? suffix : other.suffix;
        if (coveredByBoth(other, start + "x" + end)) {
            return true;
        }
        // In a short name the two can share characters: "a/{{secretKey}}" and "{{secretKey}}/b" meet in "a/b".
        for (int shared = 0; shared <= Math.min(start.length(), end.length()); shared++) {
            if (start.regionMatches(start.length() - shared, end, 0, shared)
                    && coveredByBoth(other, start + end.substring(shared))) {
                return true;
            }
        }
        return false;
    }

    private boolean coveredByBoth(KeySchema other, String name) {
        return covers(name) && other.covers(name);
    }

    private boolean guardsNesting() {
        return prefix.indexOf('/') >= 0 || suffix.indexOf('/') >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySchema that
                && prefix.equals(that.prefix)
                && suffix.equals(that.suffix)
                && folders == that.folders;
    }

    @Override
    public int hashCode() {
        return Objects.hash(prefix, suffix, folders);
    }

    @Override
    public String toString() {
        return prefix + (folders ? PATH : "") + KEY + suffix;
    }
}
