package ai.hanzo.kms.secretsync.devkms;

import java.util.ArrayList;
import java.util.List;

/**
 * What one version of a secret holds.
 *
 * @param skipMultilineEncoding nullable, as upstream
 * @param reminderRepeatDays nullable
 */
record Content(
        String value,
        String comment,
        List<Metadata> metadata,
        List<String> tagIds,
        Boolean skipMultilineEncoding,
        String reminderNote,
        Integer reminderRepeatDays) {
    private static final int LONGEST_METADATA_KEY = 255;
    private static final int LONGEST_METADATA_VALUE = 1020;

    Content {
        metadata = List.copyOf(metadata);
        tagIds = List.copyOf(tagIds);
    }

    static Content of(String value) {
        return new Content(Normal.value(value), "", List.of(), List.of(), null, "", null);
    }

    /** This content with the fields a request body names replaced; absent fields stay, {@code []} clears. */
    Content with(Body body) {
        return new Content(
                body.has("secretValue") ? Normal.value(body.required("secretValue")) : value,
                body.has("secretComment") ? Normal.trim(body.required("secretComment")) : comment,
                body.has("secretMetadata") ? metadata(body) : metadata,
                body.has("tagIds") ? body.texts("tagIds") : tagIds,
                body.has("skipMultilineEncoding") ? body.nullableFlag("skipMultilineEncoding") : skipMultilineEncoding,
                body.has("secretReminderNote") ? body.nullableText("secretReminderNote", 1024) : reminderNote,
                body.has("secretReminderRepeatDays")
                        ? body.nullableNumber("secretReminderRepeatDays")
                        : reminderRepeatDays);
    }

    Content withValue(String newValue) {
        return new Content(
                newValue, comment, metadata, tagIds, skipMultilineEncoding, reminderNote, reminderRepeatDays);
    }

    Content withComment(String newComment) {
        return new Content(
                value,
                Normal.trim(newComment),
                metadata,
                tagIds,
                skipMultilineEncoding,
                reminderNote,
                reminderRepeatDays);
    }

    Content withMetadata(List<Metadata> newMetadata) {
        return new Content(
                value, comment, newMetadata, tagIds, skipMultilineEncoding, reminderNote, reminderRepeatDays);
    }

    Content withTagIds(List<String> newTagIds) {
        return new Content(
                value, comment, metadata, newTagIds, skipMultilineEncoding, reminderNote, reminderRepeatDays);
    }

    Content withSkipMultilineEncoding(Boolean skip) {
        return new Content(value, comment, metadata, tagIds, skip, reminderNote, reminderRepeatDays);
    }

    private static List<Metadata> metadata(Body body) {
        List<Metadata> pairs = new ArrayList<>();
        for (Body pair : body.objects("secretMetadata", 0)) {
            String key = Normal.trim(pair.required("key"));
            if (key.isEmpty() || key.length() > LONGEST_METADATA_KEY) {
                throw KmsError.invalid(pair.at("key"), "String must contain 1 to 255 character(s)");
            }
            String value = Normal.trim(pair.text("value", ""));
            if (value.length() > LONGEST_METADATA_VALUE) {
                throw KmsError.invalid(pair.at("value"), "String must contain at most 1020 character(s)");
            }
            pairs.add(new Metadata(key, value, pair.flag("isEncrypted", false)));
        }
        return pairs;
    }
}
