package ai.hanzo.kms.secretsync.devkms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A secret with its history.
 *
 * @param owner id of the person a personal secret belongs to, or null if it is shared
 * @param rotationId set if a rotation owns the value, which then cannot be written
 * @param actor who wrote the current version; null if a test or a person at the development endpoint did
 */
record Secret(
        String id,
        String key,
        String owner,
        List<Content> versions,
        String rotationId,
        Identity actor,
        Instant createdAt,
        Instant updatedAt) {
    Secret {
        versions = List.copyOf(versions);
    }

    Content content() {
        return versions.get(versions.size() - 1);
    }

    int version() {
        return versions.size();
    }

    boolean rotated() {
        return rotationId != null;
    }

    Secret changed(String newKey, Content content, Identity by, Instant at) {
        List<Content> history = new ArrayList<>(versions);
        history.add(content);
        return new Secret(id, newKey, owner, history, rotationId, by, createdAt, at);
    }

    Secret withRotation(String rotation) {
        return new Secret(id, key, owner, versions, rotation, actor, createdAt, updatedAt);
    }
}
