package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Secrets as the API shows them. */
final class SecretJson {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private SecretJson() {}

    /** ISO-8601 with exactly three decimals; null stays null. */
    static String time(Instant at) {
        return at == null ? null : MILLIS.format(at);
    }

    /**
     * A secret of the folder that was asked for.
     *
     * @param value what to show, or null to hide it
     */
    static ObjectNode direct(Folder folder, Secret secret, Content content, int version, String value) {
        ObjectNode json = common(folder, folder.space().project().id(), secret, content, version, value);
        json.put("createdAt", time(secret.createdAt()));
        json.put("updatedAt", time(secret.updatedAt()));
        json.put("secretPath", folder.path());
        ArrayNode tags = json.putArray("tags");
        folder.space().tags().stream()
                .filter(tag -> content.tagIds().contains(tag.id()))
                .forEach(tag -> tags.add(tag(tag)));
        return json;
    }

    static ObjectNode direct(Folder folder, Secret secret, String value) {
        return direct(folder, secret, secret.content(), secret.version(), value);
    }

    /** A secret within an import: without times, path and tags, and with an empty workspace, as upstream. */
    static ObjectNode imported(Folder folder, Secret secret, String value) {
        return common(folder, "", secret, secret.content(), secret.version(), value);
    }

    private static ObjectNode common(
            Folder folder, String workspace, Secret secret, Content content, int version, String value) {
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        json.put("id", secret.id()).put("_id", secret.id());
        json.put("workspace", workspace);
        json.put("environment", folder.environment().slug());
        json.put("version", version);
        json.put("type", secret.owner() == null ? "shared" : "personal");
        json.put("secretKey", secret.key());
        json.put("secretValue", value == null ? Behaviour.HIDDEN : value);
        json.put("secretValueHidden", value == null);
        json.put("secretComment", content.comment());
        json.put("secretReminderNote", content.reminderNote());
        json.put("secretReminderRepeatDays", content.reminderRepeatDays());
        json.put("skipMultilineEncoding", content.skipMultilineEncoding());
        json.set("actor", actor(secret.actor()));
        json.put("isRotatedSecret", secret.rotated());
        if (secret.rotated()) {
            json.put("rotationId", secret.rotationId());
        }
        ArrayNode metadata = json.putArray("secretMetadata");
        for (Metadata pair : content.metadata()) {
            metadata.addObject()
                    .put("key", pair.key())
                    .put("value", pair.value())
                    .put("isEncrypted", pair.encrypted());
        }
        return json;
    }

    private static ObjectNode actor(Identity actor) {
        return actor == null
                ? null
                : KmsRequest.JSON
                        .createObjectNode()
                        .put("actorId", actor.id())
                        .put("actorType", actor.user() ? "user" : "identity")
                        .put("name", actor.name())
                        .putNull("membershipId")
                        .putNull("groupId");
    }

    static ObjectNode tag(Tag tag) {
        return KmsRequest.JSON
                .createObjectNode()
                .put("id", tag.id())
                .put("slug", tag.slug())
                .put("color", tag.color())
                .put("name", tag.slug());
    }
}
