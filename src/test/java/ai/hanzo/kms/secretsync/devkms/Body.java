package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A JSON object of a request, read as the KMS's schema does: a wrong type is a 422 that names the field. */
final class Body {
    private final ObjectNode json;
    private final List<String> path;

    Body(ObjectNode json, List<String> path) {
        this.json = json;
        this.path = path;
    }

    boolean has(String field) {
        return json.has(field);
    }

    /** The place of a field, for a validation issue. */
    List<String> at(String field) {
        List<String> at = new ArrayList<>(path);
        at.add(field);
        return at;
    }

    String required(String field) {
        if (!has(field)) {
            throw KmsError.invalid("invalid_type", at(field), "Required");
        }
        return typed(field, json.get(field).isTextual(), "string").textValue();
    }

    String text(String field, String otherwise) {
        return has(field) ? required(field) : otherwise;
    }

    /** @throws KmsError 422 if the text is none of those allowed */
    String oneOf(String field, String otherwise, List<String> allowed) {
        String text = text(field, otherwise);
        if (!allowed.contains(text)) {
            throw KmsError.invalid("invalid_enum_value", at(field), "Invalid enum value. Expected " + allowed);
        }
        return text;
    }

    String nullableText(String field, int longest) {
        if (isNull(field)) {
            return null;
        }
        String text = required(field);
        if (text.length() > longest) {
            throw KmsError.invalid("too_big", at(field), "String must contain at most " + longest + " character(s)");
        }
        return text;
    }

    boolean flag(String field, boolean otherwise) {
        return has(field) ? typed(field, json.get(field).isBoolean(), "boolean").booleanValue() : otherwise;
    }

    Boolean nullableFlag(String field) {
        return isNull(field) ? null : flag(field, false);
    }

    Integer number(String field) {
        return has(field)
                ? (Integer) typed(field, json.get(field).isInt(), "number").intValue()
                : null;
    }

    Integer nullableNumber(String field) {
        return isNull(field) ? null : number(field);
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : typed(field, json.get(field).isArray(), "array")) {
            if (!text.isTextual()) {
                throw KmsError.invalid("invalid_type", at(field), "Expected string");
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    Body object(String field) {
        if (!has(field)) {
            throw KmsError.invalid("invalid_type", at(field), "Required");
        }
        return new Body((ObjectNode) typed(field, json.get(field).isObject(), "object"), at(field));
    }

    /** The objects of an array field; it must hold at least {@code fewest}. */
    List<Body> objects(String field, int fewest) {
        if (!has(field)) {
            throw KmsError.invalid("invalid_type", at(field), "Required");
        }
        List<Body> objects = new ArrayList<>();
        for (JsonNode item : typed(field, json.get(field).isArray(), "array")) {
            List<String> place = at(field);
            place.add(Integer.toString(objects.size()));
            if (!(item instanceof ObjectNode object)) {
                throw KmsError.invalid("invalid_type", place, "Expected object");
            }
            objects.add(new Body(object, place));
        }
        if (objects.size() < fewest) {
            throw KmsError.invalid("too_small", at(field), "Array must contain at least " + fewest + " element(s)");
        }
        return objects;
    }

    private boolean isNull(String field) {
        return has(field) && json.get(field).isNull();
    }

    private JsonNode typed(String field, boolean right, String expected) {
        if (!right) {
            throw KmsError.invalid("invalid_type", at(field), "Expected " + expected);
        }
        return json.get(field);
    }
}
