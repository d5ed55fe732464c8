package ai.hanzo.kms.secretsync.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** YAML as JSON: no tags, no name twice, aliases put in their place. */
final class Yaml {
    private static final int DEEPEST_NESTING = 32;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Yaml() {}

    /** Not YAML, or not of a kind that is also JSON. The message tells where; what stands there may be a secret. */
    static final class UnreadableException extends Exception {
        private UnreadableException(String message) {
            super(message);
        }
    }

    /** The only document of a text; JSON's null for an empty one. */
    static JsonNode read(String text) throws UnreadableException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(DEEPEST_NESTING);
        try {
            Object document = new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).load(text);
            return json(document, 0);
        } catch (MarkedYAMLException e) {
            throw new UnreadableException("it is not valid YAML: see line "
                    + (e.getProblemMark().getLine() + 1) + ", column "
                    + (e.getProblemMark().getColumn() + 1)
                    + ", and look at indentation, quotes, tags and duplicate names.");
        } catch (YAMLException e) {
            throw new UnreadableException(
                    "it is not valid YAML, or nested too deeply. Write one document as in the example.");
        }
    }

    private static JsonNode json(Object value, int depth) throws UnreadableException {
        if (depth > DEEPEST_NESTING) {
            throw new UnreadableException("it is nested too deeply, or within itself.");
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = JSON.objectNode();
            for (Map.Entry<?, ?> field : map.entrySet()) {
                object.set(String.valueOf(field.getKey()), json(field.getValue(), depth + 1));
            }
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = JSON.arrayNode();
            for (Object item : list) {
                array.add(json(item, depth + 1));
            }
            return array;
        }
        if (value instanceof String text) {
            return JSON.textNode(text);
        }
        if (value instanceof Boolean yes) {
            return JSON.booleanNode(yes);
        }
        if (value == null) {
            return JSON.nullNode();
        }
        // Numbers, dates, binary: nothing of the contract is one.
        return JSON.numberNode(0);
    }
}
