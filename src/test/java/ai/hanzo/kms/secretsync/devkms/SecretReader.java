package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads secrets of one project for one caller, as far as the caller's rights go. */
final class SecretReader {
    private static final int DEEPEST_IMPORT = 10;
    private static final int DEEPEST_FOLDER = 20;
    private static final Consumer<String> SWALLOWED = reason -> {};

    private final ProjectSpace space;
    private final Identity caller;
    private final References references;

    SecretReader(ProjectSpace space, Identity caller, Behaviour behaviour) {
        this.space = space;
        this.caller = caller;
        this.references = new References(
                space, folder -> caller.may(Right.READ_VALUE, folder), behaviour.missingReferenceIsEmpty);
    }

    /** @throws KmsError 403 if the folder may not be described, or a reference of a direct secret not be read */
    ObjectNode list(Folder folder, ReadOptions options) {
        requireDescribe(folder);
        List<Folder> folders = new ArrayList<>();
        collectFolders(folder, options.recursive() ? DEEPEST_FOLDER : 0, folders);
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        ArrayNode secrets = json.putArray("secrets");
        ArrayNode imports = json.putArray("imports");
        List<String> failures = new ArrayList<>();
        for (Folder each : folders) {
            visible(each, options.personal()).stream()
                    .filter(secret -> options.matches(secret, space.tags()))
                    .forEach(secret ->
                            secrets.add(SecretJson.direct(each, secret, value(each, secret, options, failures::add))));
            if (options.imports()) {
                importBlocks(each, options).forEach(imports::add);
            }
        }
        if (!failures.isEmpty()) {
            throw KmsError.unexpanded(failures);
        }
        return json;
    }

    private void collectFolders(Folder folder, int depth, List<Folder> found) {
        if (caller.may(Right.DESCRIBE, folder)) {
            found.add(folder);
        }
        if (depth > 0) {
            folder.children().forEach(child -> collectFolders(child, depth - 1, found));
        }
    }

    private List<Secret> visible(Folder folder, ReadOptions.Personal personal) {
        List<Secret> visible = new ArrayList<>(folder.sharedSecrets());
        switch (personal) {
            case NEVER -> {}
            case BESIDE_SHARED -> visible.addAll(folder.personalSecrets(caller.id()));
            case INSTEAD_OF_SHARED -> {
                Map<String, Secret> byKey = new TreeMap<>();
                visible.forEach(secret -> byKey.put(secret.key(), secret));
                folder.personalSecrets(caller.id()).forEach(secret -> byKey.put(secret.key(), secret));
                return List.copyOf(byKey.values());
            }
        }
        return visible;
    }

    /** The value to show, or null if it stays hidden. */
    private String value(Folder folder, Secret secret, ReadOptions options, Consumer<String> failures) {
        return value(folder, secret, secret.content(), options, failures);
    }

    private String value(
            Folder folder, Secret secret, Content content, ReadOptions options, Consumer<String> failures) {
        if (!options.values() || !caller.may(Right.READ_VALUE, folder)) {
            return null;
        }
        return options.expand()
                ? references.expand(content, folder.address(), secret.key(), failures)
                : content.value();
    }

    /** The resolved imports of a folder, in the order of their positions; replicated ones are not among them. */
    List<ObjectNode> importBlocks(Folder folder, ReadOptions options) {
        List<ObjectNode> blocks = new ArrayList<>();
        for (SecretImport secretImport : folder.imports()) {
            if (secretImport.replication()) {
                continue;
            }
            ObjectNode block = KmsRequest.JSON.createObjectNode();
            block.put("secretPath", secretImport.source().path());
            block.put("environment", secretImport.source().environment());
            space.folder(secretImport.source()).ifPresent(source -> block.put("folderId", source.id()));
            ArrayNode secrets = block.putArray("secrets");
            Set<Address> seen = new HashSet<>(Set.of(folder.address()));
            collect(secretImport.source(), seen, 1, (from, secret) -> {
                if (mayImport(from, options)) {
                    secrets.add(SecretJson.imported(from, secret, value(from, secret, options, SWALLOWED)));
                }
            });
            blocks.add(block);
        }
        return blocks;
    }

    /** Upstream drops what may only be described from imports, unless no values were asked for. */
    private boolean mayImport(Folder folder, ReadOptions options) {
        return caller.may(Right.DESCRIBE, folder) && (!options.values() || caller.may(Right.READ_VALUE, folder));
    }

    /** Something done with each secret that an import brings. */
    private interface Found {
        void accept(Folder folder, Secret secret);
    }

    /** Visits a folder's own secrets, then those it imports itself. */
    private void collect(Address address, Set<Address> seen, int depth, Found found) {
        Optional<Folder> folder = space.folder(address);
        if (depth > DEEPEST_IMPORT || !seen.add(address) || folder.isEmpty()) {
            return;
        }
        folder.get().sharedSecrets().forEach(secret -> found.accept(folder.get(), secret));
        folder.get().imports().stream()
                .filter(nested -> !nested.replication())
                .forEach(nested -> collect(nested.source(), seen, depth + 1, found));
    }

    /**
     * One secret.
     *
     * @param version null for the current one
     * @throws KmsError 404 if there is none, 403 as for {@link #list}
     */
    ObjectNode single(Folder folder, String key, boolean personal, Integer version, ReadOptions options) {
        requireDescribe(folder);
        Optional<Secret> direct = folder.secret(key, personal ? caller.id() : null);
        if (direct.isPresent()) {
            return single(folder, direct.get(), version, options);
        }
        if (options.imports()) {
            // A later import beats an earlier one; within one, the first secret of a name counts.
            for (int i = folder.imports().size() - 1; i >= 0; i--) {
                ObjectNode found = imported(folder, folder.imports().get(i), key, options);
                if (found != null) {
                    return found;
                }
            }
        }
        throw secretMissing(key);
    }

    private ObjectNode imported(Folder folder, SecretImport secretImport, String key, ReadOptions options) {
        if (secretImport.replication()) {
            return null;
        }
        List<ObjectNode> hits = new ArrayList<>();
        collect(secretImport.source(), new HashSet<>(Set.of(folder.address())), 1, (from, secret) -> {
            if (secret.key().equals(key) && mayImport(from, options)) {
                hits.add(SecretJson.direct(from, secret, value(from, secret, options, SWALLOWED)));
            }
        });
        return hits.isEmpty() ? null : hits.get(0);
    }

    /** @throws KmsError 404 if the secret has no such version */
    ObjectNode single(Folder folder, Secret secret, Integer version, ReadOptions options) {
        requireDescribe(folder);
        int wanted = version == null ? secret.version() : version;
        if (wanted < 1 || wanted > secret.version()) {
            throw secretMissing(secret.key());
        }
        Content content = secret.versions().get(wanted - 1);
        List<String> failures = new ArrayList<>();
        String value = value(folder, secret, content, options, failures::add);
        if (!failures.isEmpty()) {
            throw KmsError.unexpanded(failures);
        }
        return SecretJson.direct(folder, secret, content, wanted, value);
    }

    static KmsError secretMissing(String key) {
        return KmsError.of(404, "GetSecretByName", "Secret with name '" + key + "' not found");
    }

    private void requireDescribe(Folder folder) {
        if (!caller.may(Right.DESCRIBE, folder)) {
            throw KmsError.denied(Right.DESCRIBE, folder);
        }
    }
}
