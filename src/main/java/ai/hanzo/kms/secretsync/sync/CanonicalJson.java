package ai.hanzo.kms.secretsync.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The JSON object that many-to-one writes: keys sorted by UTF-16 code units, no blanks, one fixed way to escape. The same
 * secrets always give the same text, whatever the order they came in, so the same version id.
 */
public final class CanonicalJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // What is not ours is written back as it was: 1.10 stays 1.10.
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private CanonicalJson() {}

    /** What a text turned out to be. */
    public sealed interface Parsed {}

    /** It is not a JSON object, so that it holds no keys: nothing may be merged into it nor taken from it. */
    public record NotAnObject() implements Parsed {}

    /** A JSON object. Compared as such: the order of keys and the way to escape do not matter. It never shows its values. */
    public static final class Body implements Parsed {
        private final SortedMap<String, JsonNode> members;

        private Body(SortedMap<String, JsonNode> members) {
            this.members = Collections.unmodifiableSortedMap(members);
        }

        public SortedSet<String> keys() {
            return Collections.unmodifiableSortedSet(new TreeSet<>(members.keySet()));
        }

        public boolean isEmpty() {
            return members.isEmpty();
        }

        /** The canonical text. */
        public SecretText text() {
            StringBuilder json = new StringBuilder("{");
            members.forEach((key, value) -> {
                if (json.length() > 1) {
                    json.append(',');
                }
                quote(json, key);
                json.append(':');
                if (value.isTextual()) {
                    quote(json, value.textValue());
                } else {
                    appendWritable(json, value.toString());
                }
            });
            return SecretText.of(json.append('}').toString());
        }

        /**
         * What an import takes: strings as they are, anything else as its JSON text ({@code 5432}, {@code {"a":1}}), and
         * {@code null}, which is no value, as the empty text.
         */
        public SortedMap<String, SecretText> entries() {
            SortedMap<String, SecretText> entries = new TreeMap<>();
            members.forEach((key, value) -> entries.put(key, SecretText.of(asText(value))));
            return entries;
        }

        /**
         * This object with the source's keys set. Keys that are neither in the source nor ours keep their value, whatever
         * its type; ours that left the source go.
         *
         * @param source all members the source wants
         * @param ours keys this sync wrote earlier
         */
        public Body merge(Body source, Set<String> ours) {
            SortedMap<String, JsonNode> merged = new TreeMap<>(members);
            merged.keySet().removeAll(ours);
            merged.putAll(source.members);
            return new Body(merged);
        }

        /**
         * This object without our keys, for the removal of a secret that is shared with others; empty where nothing would
         * be left, so that the secret itself can go.
         */
        public Optional<Body> without(Set<String> ours) {
            SortedMap<String, JsonNode> rest = new TreeMap<>(members);
            rest.keySet().removeAll(ours);
            return rest.isEmpty() ? Optional.empty() : Optional.of(new Body(rest));
        }

        /** Keys that only one of the two has, or that have another value. */
        public SortedSet<String> differences(Body other) {
            SortedSet<String> keys = new TreeSet<>(members.keySet());
            keys.addAll(other.members.keySet());
            keys.removeIf(key -> members.containsKey(key)
                    && other.members.containsKey(key)
                    && members.get(key).equals(other.members.get(key)));
            return Collections.unmodifiableSortedSet(keys);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Body that && members.equals(that.members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }

        @Override
        public String toString() {
            return "Body" + members.keySet();
        }
    }

    /** An object of string members. */
    public static Body of(Map<String, SecretText> values) {
        SortedMap<String, JsonNode> members = new TreeMap<>();
        values.forEach((key, value) -> members.put(key, TextNode.valueOf(value.reveal())));
        return new Body(members);
    }

    /** An object with one member, a list of names. */
    static Body ofNames(String key, Collection<String> names) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        names.forEach(list::add);
        return new Body(new TreeMap<>(Map.of(key, list)));
    }

    /** Reads a text; of a key that stands there twice the last value counts. Never says what is in it. */
    public static Parsed parse(SecretText text) {
        JsonNode node;
        try {
            node = MAPPER.readTree(text.reveal());
        } catch (JsonProcessingException e) {
            // Its message quotes the text, so it goes no further.
            return new NotAnObject();
        }
        if (!node.isObject()) {
            return new NotAnObject();
        }
        SortedMap<String, JsonNode> members = new TreeMap<>();
        node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return new Body(members);
    }

    private static String asText(JsonNode value) {
        if (value.isNull()) {
            return "";
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** As JSON.stringify does; own code, because another escaping after an upgrade would rewrite every secret. */
    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20 || isLoneSurrogate(text, i)) {
                        appendEscaped(json, c);
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    /** JSON as Jackson writes it, which leaves half a character in a text as it is. */
    private static void appendWritable(StringBuilder json, String written) {
        for (int i = 0; i < written.length(); i++) {
            if (isLoneSurrogate(written, i)) {
                appendEscaped(json, written.charAt(i));
            } else {
                json.append(written.charAt(i));
            }
        }
    }

    private static void appendEscaped(StringBuilder json, char c) {
        json.append("\\u").append(String.format("%04x", (int) c));
    }

    /** Half a character cannot be written as UTF-8. */
    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
