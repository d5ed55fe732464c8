package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes secrets of one project for one caller. Each call first checks everything, then changes: it succeeds as a
 * whole or changes nothing.
 */
final class SecretWriter {
    /** A checked change, still to be made; it hands back what it stored or removed. */
    private interface Step {
        Written apply();
    }

    private record Written(Folder folder, Secret secret) {}

    private final ProjectSpace space;
    private final Identity caller;
    private final Changes changes;
    private final KmsClock clock;

    SecretWriter(ProjectSpace space, Identity caller, Changes changes, KmsClock clock) {
        this.space = space;
        this.caller = caller;
        this.changes = changes;
        this.clock = clock;
    }

    ObjectNode create(Folder folder, String name, String owner, Body body) {
        String key = checkedName(name, List.of("secretName"));
        body.required("secretValue");
        if (folder.secret(key, owner).isPresent()) {
            throw KmsError.badRequest("Secret already exists");
        }
        return only(apply(List.of(creation(folder, key, owner, body))));
    }

    ArrayNode createMany(Folder folder, List<Body> items) {
        Set<String> keys = new LinkedHashSet<>();
        Set<String> taken = new LinkedHashSet<>();
        List<Step> steps = new ArrayList<>();
        for (Body item : items) {
            String key = checkedName(item.required("secretKey"), item.at("secretKey"));
            item.required("secretValue");
            if (folder.secret(key, null).isPresent() || !keys.add(key)) {
                taken.add(key);
            }
            steps.add(creation(folder, key, null, item));
        }
        if (!taken.isEmpty()) {
            throw KmsError.badRequest("Secret already exists: " + String.join(",", taken));
        }
        return apply(steps);
    }

    ObjectNode update(Folder folder, String key, String owner, Body body) {
        Secret secret = folder.secret(key, owner)
                .orElseThrow(() -> KmsError.of(404, "UpdateSecret", "Secret with name " + key + " not found"));
        if (secret.rotated() && body.has("newSecretName")) {
            throw KmsError.badRequest("Cannot rename a rotated secret");
        }
        return only(apply(List.of(change(folder, secret, body))));
    }

    /**
     * @param mode {@code failOnNotFound}, {@code upsert} (missing keys are created) or {@code ignore} (are skipped)
     */
    ArrayNode updateMany(String environment, String path, String mode, List<Body> items) {
        List<Step> steps = new ArrayList<>();
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (Body item : items) {
            Address address = new Address(environment, item.text("secretPath", path));
            Folder folder =
                    space.folder(address).orElseThrow(() -> KmsError.folderMissing("UpdateManySecret", address));
            String key = Normal.trim(item.required("secretKey"));
            Secret secret = folder.secret(key, null).orElse(null);
            if (secret != null) {
                steps.add(change(folder, secret, item));
            } else if (mode.equals("upsert")) {
                steps.add(creation(folder, checkedName(key, item.at("secretKey")), null, item));
            } else if (!mode.equals("ignore")) {
                missing.computeIfAbsent(address.path(), any -> new ArrayList<>())
                        .add(key);
            }
        }
        missing.forEach((in, keys) -> {
            throw KmsError.of(
                    404, "UpdateManySecret", "Secret does not exist: " + String.join(", ", keys) + " in path " + in);
        });
        return apply(steps);
    }

    ObjectNode delete(Folder folder, String key, String owner) {
        Secret secret = folder.secret(key, owner)
                .orElseThrow(() -> KmsError.of(404, "DeleteSecret", "Secret with name '" + key + "' not found"));
        return only(apply(List.of(removal(folder, secret))));
    }

    ArrayNode deleteMany(Folder folder, List<Body> items) {
        List<String> missing = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (Body item : items) {
            String key = item.required("secretKey");
            String owner = owner(item);
            folder.secret(key, owner)
                    .ifPresentOrElse(secret -> steps.add(removal(folder, secret)), () -> missing.add(key));
        }
        if (!missing.isEmpty()) {
            throw KmsError.of(
                    404, "DeleteManySecret", "One or more secrets does not exist: " + String.join(", ", missing));
        }
        return apply(steps);
    }

    /**
     * Whose secret a body is about: null for the shared one.
     *
     * @throws KmsError 400 if a machine asks for a personal one
     */
    String owner(Body body) {
        if (body.oneOf("type", "shared", List.of("shared", "personal")).equals("shared")) {
            return null;
        }
        if (!caller.user()) {
            throw KmsError.badRequest("Must be user to create personal secret");
        }
        return caller.id();
    }

    private Step creation(Folder folder, String key, String owner, Body body) {
        require(Right.CREATE, folder);
        Content content = checked(folder, body, Content.of("").with(body));
        return () -> {
            Secret secret = new Secret(
                    UUID.randomUUID().toString(), key, owner, List.of(content), null, caller, clock.now(), clock.now());
            folder.put(secret);
            return new Written(folder, secret);
        };
    }

    private Step change(Folder folder, Secret secret, Body body) {
        require(Right.EDIT, folder);
        Content asked = checked(folder, body, secret.content().with(body));
        boolean renamed = body.has("newSecretName") && !secret.rotated();
        String key = renamed ? checkedName(body.required("newSecretName"), body.at("newSecretName")) : secret.key();
        if (!key.equals(secret.key()) && folder.secret(key, secret.owner()).isPresent()) {
            throw KmsError.badRequest("Secret already exists");
        }
        // The value of a rotated secret belongs to its rotation: a new one is discarded without a word.
        Content content = secret.rotated() ? asked.withValue(secret.content().value()) : asked;
        return () -> {
            Secret current = folder.secret(secret.key(), secret.owner()).orElse(secret);
            Secret changed = current.changed(key, content, caller, clock.now());
            folder.remove(current);
            folder.put(changed);
            return new Written(folder, changed);
        };
    }

    private Step removal(Folder folder, Secret secret) {
        require(Right.DELETE, folder);
        return () -> {
            folder.remove(secret);
            return new Written(folder, secret);
        };
    }

    private Content checked(Folder folder, Body body, Content content) {
        List<String> known = space.tags().stream().map(Tag::id).toList();
        if (!known.containsAll(content.tagIds())) {
            throw KmsError.notFound("Tag not found. Make sure all tag ids exist in the project");
        }
        boolean plain = content.metadata().stream().anyMatch(pair -> !pair.encrypted());
        if (space.encryptedMetadataOnly() && body.has("secretMetadata") && plain) {
            throw KmsError.badRequest("Project requires all secret metadata to be encrypted");
        }
        if (body.has("secretValue")) {
            new References(space, target -> caller.may(Right.READ_VALUE, target), false)
                    .unreadable(content.value(), folder.address()).stream()
                            .findFirst()
                            .ifPresent(target -> {
                                throw KmsError.denied(Right.READ_VALUE, target);
                            });
        }
        return content;
    }

    private String checkedName(String name, List<String> at) {
        String key = SecretName.checked(name, at);
        if (space.upperCaseOnly() && !key.equals(key.toUpperCase(Locale.ROOT))) {
            throw KmsError.badRequest("Secret name must be in UPPERCASE per project requirements. "
                    + "You can disable this requirement in project settings.");
        }
        return key;
    }

    private void require(Right right, Folder folder) {
        if (!caller.may(right, folder)) {
            throw KmsError.denied(right, folder);
        }
    }

    private static ObjectNode only(ArrayNode secrets) {
        return (ObjectNode) secrets.get(0);
    }

    private ArrayNode apply(List<Step> steps) {
        List<Written> written = steps.stream().map(Step::apply).toList();
        written.stream().map(Written::folder).distinct().forEach(changes::secretsChanged);
        ArrayNode secrets = KmsRequest.JSON.createArrayNode();
        for (Written one : written) {
            boolean readable = caller.may(Right.READ_VALUE, one.folder());
            String value = readable ? one.secret().content().value() : null;
            secrets.add(SecretJson.direct(one.folder(), one.secret(), value));
        }
        return secrets;
    }
}
