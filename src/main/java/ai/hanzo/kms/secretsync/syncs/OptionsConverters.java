package ai.hanzo.kms.secretsync.syncs;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.DriftBehavior;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.TagMode;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;

/** {@link SyncOptions} to and from the JSON text in which they are stored: absent options stay absent. */
public final class OptionsConverters {
    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(InitialSyncBehavior.class, WireName.class)
            .addMixIn(DriftBehavior.class, WireName.class)
            .addMixIn(TagMode.class, WireName.class)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            // An older instance reads what a newer one wrote while both are running.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<List<AdditionalDestination>> DESTINATIONS = new TypeReference<>() {};

    private OptionsConverters() {}

    /** The converters to register with Spring Data JDBC. */
    public static List<Object> all() {
        return List.of(new Write(), new Read(), new WriteDestinations(), new ReadDestinations());
    }

    private interface WireName {
        @JsonValue
        String wireName();
    }

    @WritingConverter
    private static final class Write implements Converter<SyncOptions, String> {
        @Override
        public String convert(SyncOptions options) {
            try {
                return JSON.writeValueAsString(options);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Sync options cannot be written as JSON", e);
            }
        }
    }

    @WritingConverter
    private static final class WriteDestinations implements Converter<AdditionalDestinations, String> {
        @Override
        public String convert(AdditionalDestinations destinations) {
            try {
                return JSON.writeValueAsString(destinations.all());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Destinations cannot be written as JSON", e);
            }
        }
    }

    @ReadingConverter
    private static final class ReadDestinations implements Converter<String, AdditionalDestinations> {
        @Override
        public AdditionalDestinations convert(String json) {
            try {
                return new AdditionalDestinations(JSON.readValue(json, DESTINATIONS));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Stored destinations are not valid JSON", e);
            }
        }
    }

    @ReadingConverter
    private static final class Read implements Converter<String, SyncOptions> {
        @Override
        public SyncOptions convert(String json) {
            try {
                return JSON.readValue(json, SyncOptions.class);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Stored sync options are not valid JSON", e);
            }
        }
    }
}
