package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes bodies out of bodies. */
final class Bodies {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The body with another value in a field ({@code a.b} for one inside another), or without it where the value is null. */
    static String with(String body, String field, String json) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(body);
            String[] steps = field.split("\\.");
            ObjectNode parent = steps.length == 1 ? root : (ObjectNode) root.get(steps[0]);
            String last = steps[steps.length - 1];
            if (json == null) {
                parent.remove(last);
            } else {
                parent.set(last, JSON.readTree(json));
            }
            // ASCII only, for half a surrogate pair has no UTF-8.
            return JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Bodies() {}
}
