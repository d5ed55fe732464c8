package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.DriftBehavior;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.TagMode;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * The contract's JSON: strict when read, and written as upstream writes it. It has a mapper of its own, so that neither Spring's
 * settings nor Camel's change the contract.
 */
@Component
public class ApiJson {
    private static final int DEEPEST_NESTING = 32;
    private static final int LONGEST_NUMBER = 100;

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final JsonMapper PLAIN = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, Object>> FIELDS = new TypeReference<>() {};

    private final ObjectMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST_NESTING)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxStringLength(ApiRequestFilter.LARGEST_BODY)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, text(MILLISECONDS::format))
                    .addSerializer(InitialSyncBehavior.class, text(InitialSyncBehavior::wireName))
                    .addSerializer(DriftBehavior.class, text(DriftBehavior::wireName))
                    .addSerializer(TagMode.class, text(TagMode::wireName)))
            .withConfigOverride(
                    SyncOptions.class,
                    options -> options.setInclude(
                            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS)))
            .build();

    /**
     * Reads a body.
     *
     * @return {@link MissingNode} where there is none
     * @throws RefusedRequest for anything but one JSON value in UTF-8, with distinct names and within sane limits
     */
    JsonNode read(byte[] body) {
        if (body == null || body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            // Jackson would guess at UTF-16 and UTF-32, and read some UTF-8 that is none.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return mapper.readTree(text);
        } catch (CharacterCodingException e) {
            throw RefusedRequest.malformedBody("it is not in UTF-8");
        } catch (StreamConstraintsException e) {
            throw RefusedRequest.malformedBody("it is nested too deeply, or a number or name in it is too long");
        } catch (JsonProcessingException e) {
            throw RefusedRequest.malformedBody("see " + place(e.getLocation()));
        }
    }

    /** The fields of an object, in their order, as lists, maps, texts, numbers and truth values. */
    static Map<String, Object> fields(JsonNode object) {
        return PLAIN.convertValue(object, FIELDS);
    }

    /** Writes a response. */
    byte[] write(Object view) {
        try {
            // By way of a string, for that never fails: half a surrogate pair, quoted from a request, becomes a
            // question mark.
            return mapper.writeValueAsString(view).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Response not writable", e);
        }
    }

    private static String place(JsonLocation location) {
        return location == null
                ? "its structure"
                : "line " + location.getLineNr() + ", column " + location.getColumnNr()
                        + ", and look for duplicate names";
    }

    private static <T> JsonSerializer<T> text(Function<T, String> format) {
        return new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(format.apply(value));
            }
        };
    }
}
