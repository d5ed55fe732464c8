package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer before it is sent. */
record KmsResponse(int status, Map<String, String> headers, byte[] body) {
    static KmsResponse json(JsonNode body) {
        return json(200, body);
    }

    static KmsResponse json(int status, JsonNode body) {
        try {
            return of(status, "application/json; charset=utf-8", KmsRequest.JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static KmsResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static KmsResponse of(int status, String type, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        return new KmsResponse(status, headers, body);
    }

    KmsResponse with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new KmsResponse(status, all, body);
    }

    /** The same headers on a 304 without a body. */
    KmsResponse notModified() {
        return new KmsResponse(304, headers, new byte[0]);
    }
}
