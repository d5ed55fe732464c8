package ai.hanzo.kms.secretsync.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A resource policy. Two are the same where they mean the same whatever the order of their fields and values, and whether a single
 * value stands in a list: AWS need not give a policy back letter by letter.
 *
 * @param text as it is sent
 * @param digest 64 hexadecimal digits, equal for policies that are the same
 */
public record PolicyDocument(String text, String digest) {
    /** Most characters that AWS takes (API reference of PutResourcePolicy). */
    public static final int MAX_CHARACTERS = 20_480;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @param document its JSON object */
    public static PolicyDocument of(Map<String, Object> document) {
        try {
            return of(JSON.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("A resource policy cannot be written as JSON", e);
        }
    }

    /** @param text JSON; what is none is only like itself */
    public static PolicyDocument of(String text) {
        try {
            return new PolicyDocument(text, digested(canonical(JSON.readTree(text))));
        } catch (JsonProcessingException e) {
            return new PolicyDocument(text, digested(text));
        }
    }

    private static String canonical(JsonNode node) throws JsonProcessingException {
        if (node.isArray()) {
            List<String> items = new ArrayList<>();
            for (JsonNode item : node) {
                items.add(canonical(item));
            }
            Collections.sort(items);
            return items.size() == 1 ? items.get(0) : items.toString();
        }
        if (node.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                fields.put(JSON.writeValueAsString(field.getKey()), canonical(field.getValue()));
            }
            return fields.toString();
        }
        return JSON.writeValueAsString(node.asText());
    }

    private static String digested(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }
}
