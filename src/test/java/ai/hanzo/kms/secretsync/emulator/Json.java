package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/** JSON as AWS JSON 1.1 wants it, and as people do. */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final ObjectMapper PRETTY = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** Adds seconds since 1970 with milliseconds as decimals, which is how AWS JSON 1.1 writes times. */
    static ObjectNode date(ObjectNode node, String member, Instant date) {
        return date == null ? node : node.put(member, BigDecimal.valueOf(date.toEpochMilli(), 3));
    }

    static Map<String, Object> map(JsonNode node) {
        return MAPPER.convertValue(node, new TypeReference<>() {});
    }
}
