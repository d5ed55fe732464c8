package ai.hanzo.kms.secretsync.sync;

import java.util.Optional;

/**
 * Name template with {@code {{secretKey}}} and {@code {{environment}}}: gives names, and says which names are covered.
 */
public final class KeySchema {
    private final String prefix;
    private final String suffix;

    private KeySchema(String prefix, String suffix) {
        this.prefix = prefix;
        this.suffix = suffix;
    }

    /** @param template null or empty for none, which covers everything */
    public static KeySchema of(String template, String environment) {
        if (template == null || template.isEmpty()) {
            return new KeySchema("", "");
        }
        String rendered = template.replace("{{environment}}", environment);
        int at = rendered.indexOf("{{secretKey}}");
        return new KeySchema(rendered.substring(0, at), rendered.substring(at + "{{secretKey}}".length()));
    }

    /** The name in AWS for a key. */
    public String apply(String key) {
        return prefix + key + suffix;
    }

    /** The key that a name in AWS stands for, empty where the schema does not cover the name. */
    public Optional<String> strip(String name) {
        if (name.length() <= prefix.length() + suffix.length() || !name.startsWith(prefix) || !name.endsWith(suffix)) {
            return Optional.empty();
        }
        String key = name.substring(prefix.length(), name.length() - suffix.length());
        boolean nested = (prefix.contains("/") || suffix.contains("/")) && key.contains("/");
        return nested ? Optional.empty() : Optional.of(key);
    }

    public boolean covers(String name) {
        return strip(name).isPresent();
    }

    /** What all covered names begin with, for the filter of ListSecrets; may be empty. */
    public String prefix() {
        return prefix;
    }
}
