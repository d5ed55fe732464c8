package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Secret imports of folders, in both versions of the API. */
final class ImportRoutes {
    private final Vault vault;
    private final KmsClock clock;
    private final Changes changes;
    private final Behaviour behaviour;
    private final String projectField;

    private ImportRoutes(Vault vault, KmsClock clock, Changes changes, Behaviour behaviour, String projectField) {
        this.vault = vault;
        this.clock = clock;
        this.changes = changes;
        this.behaviour = behaviour;
        this.projectField = projectField;
    }

    static void addTo(Router router, Vault vault, KmsClock clock, Changes changes, Behaviour behaviour) {
        new ImportRoutes(vault, clock, changes, behaviour, "projectId").addTo(router, "/api/v2/secret-imports");
        new ImportRoutes(vault, clock, changes, behaviour, "workspaceId").addTo(router, "/api/v1/secret-imports");
    }

    private void addTo(Router router, String base) {
        RateLimiter.Kind kind = RateLimiter.Kind.SECRETS;
        router.add("GET", base, kind, this::list);
        router.add("GET", base + "/secrets", kind, this::secrets);
        router.add("GET", base + "/{id}", kind, this::byId);
        router.add("POST", base, kind, this::create);
        router.add("PATCH", base + "/{id}", kind, this::update);
        router.add("DELETE", base + "/{id}", kind, this::delete);
    }

    private KmsResponse list(KmsRequest request, Identity caller) {
        Folder folder = queried(request, caller);
        ObjectNode json = message("Successfully fetched secret imports");
        ArrayNode imports = json.putArray("secretImports");
        folder.imports().forEach(secretImport -> imports.add(json(folder, secretImport)));
        return KmsResponse.json(json);
    }

    private KmsResponse secrets(KmsRequest request, Identity caller) {
        Folder folder = queried(request, caller);
        ReadOptions options = new ReadOptions(true, true, false, true, ReadOptions.Personal.NEVER, Set.of(), Map.of());
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        ArrayNode blocks = json.putArray("secrets");
        for (ObjectNode block : new SecretReader(folder.space(), caller, behaviour).importBlocks(folder, options)) {
            folder.space()
                    .environment(block.get("environment").textValue())
                    .ifPresent(environment -> block.set("environmentInfo", json(environment)));
            blocks.add(block);
        }
        return KmsResponse.json(json);
    }

    private KmsResponse byId(KmsRequest request, Identity caller) {
        String id = request.variable("id");
        for (ProjectSpace space : vault.visibleTo(caller)) {
            for (Folder folder : space.folders()) {
                for (SecretImport secretImport : folder.imports()) {
                    if (secretImport.id().equals(id)) {
                        require(Right.DESCRIBE, folder, caller);
                        ObjectNode answer = KmsRequest.JSON.createObjectNode();
                        return KmsResponse.json(answer.set("secretImport", json(folder, secretImport)));
                    }
                }
            }
        }
        throw missing(id);
    }

    private KmsResponse create(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller);
        require(Right.CREATE, folder, caller);
        Body source = body.object("import");
        Address address = new Address(source.required("environment"), source.required("path"));
        boolean replication = body.flag("isReplication", false);
        if (folder.space().folder(address).isEmpty()) {
            throw KmsError.folderMissing("NotFound", address);
        }
        if (address.equals(folder.address())) {
            throw KmsError.badRequest("Cannot import a folder into itself");
        }
        if (folder.imports().stream().anyMatch(existing -> existing.source().equals(address))) {
            throw KmsError.badRequest("Secret import already exists");
        }
        SecretImport created = added(folder, address, replication, clock);
        changes.secretsChanged(folder);
        return changed("Successfully created secret import", folder, created);
    }

    static SecretImport added(Folder folder, Address source, boolean replication, KmsClock clock) {
        SecretImport created =
                new SecretImport(UUID.randomUUID().toString(), source, replication, 1, clock.now(), clock.now());
        folder.imports().add(created);
        return created;
    }

    private KmsResponse update(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller);
        require(Right.EDIT, folder, caller);
        SecretImport existing = find(folder, request.variable("id"));
        Body wanted = body.object("import");
        SecretImport updated = existing.pointingAt(
                new Address(
                        wanted.text("environment", existing.source().environment()),
                        wanted.text("path", existing.source().path())),
                clock.now());
        if (folder.space().folder(updated.source()).isEmpty()) {
            throw KmsError.folderMissing("NotFound", updated.source());
        }
        int index = folder.imports().indexOf(existing);
        Integer position = wanted.number("position");
        folder.imports().remove(index);
        int last = folder.imports().size();
        folder.imports().add(position == null ? index : Math.max(0, Math.min(position - 1, last)), updated);
        changes.secretsChanged(folder);
        return changed("Successfully updated secret import", folder, updated);
    }

    private KmsResponse delete(KmsRequest request, Identity caller) {
        Folder folder = named(request.json(), caller);
        require(Right.DELETE, folder, caller);
        SecretImport existing = find(folder, request.variable("id"));
        ObjectNode json = json(folder, existing);
        folder.imports().remove(existing);
        changes.secretsChanged(folder);
        return KmsResponse.json(message("Successfully deleted secret import").set("secretImport", json));
    }

    private Folder queried(KmsRequest request, Identity caller) {
        Folder folder = folder(
                request.query(projectField)
                        .orElseThrow(() -> KmsError.invalid("invalid_type", List.of(projectField), "Required")),
                new Address(
                        request.query("environment")
                                .orElseThrow(
                                        () -> KmsError.invalid("invalid_type", List.of("environment"), "Required")),
                        request.query("path").orElse(SecretPath.ROOT)),
                caller);
        require(Right.DESCRIBE, folder, caller);
        return folder;
    }

    private Folder named(Body body, Identity caller) {
        return folder(
                body.required(projectField),
                new Address(body.required("environment"), body.text("path", SecretPath.ROOT)),
                caller);
    }

    private Folder folder(String projectId, Address address, Identity caller) {
        return vault.require(projectId, caller)
                .folder(address)
                .orElseThrow(() -> KmsError.folderMissing("NotFound", address));
    }

    private static SecretImport find(Folder folder, String id) {
        return folder.imports().stream()
                .filter(secretImport -> secretImport.id().equals(id))
                .findFirst()
                .orElseThrow(() -> missing(id));
    }

    private static void require(Right right, Folder folder, Identity caller) {
        if (!caller.may(right, folder)) {
            throw KmsError.denied(right, folder);
        }
    }

    private static KmsError missing(String id) {
        return KmsError.notFound("Secret import with ID '" + id + "' not found");
    }

    private static ObjectNode message(String text) {
        return KmsRequest.JSON.createObjectNode().put("message", text);
    }

    private static KmsResponse changed(String text, Folder folder, SecretImport secretImport) {
        return KmsResponse.json(message(text).set("secretImport", json(folder, secretImport)));
    }

    private static ObjectNode json(Folder folder, SecretImport secretImport) {
        ObjectNode json = KmsRequest.JSON
                .createObjectNode()
                .put("id", secretImport.id())
                .put("version", secretImport.version())
                .put("importPath", secretImport.source().path())
                .put("position", folder.imports().indexOf(secretImport) + 1)
                .put("folderId", folder.id())
                .put("isReplication", secretImport.replication())
                .put("isReserved", false)
                .put("createdAt", SecretJson.time(secretImport.createdAt()))
                .put("updatedAt", SecretJson.time(secretImport.updatedAt()));
        folder.space()
                .environment(secretImport.source().environment())
                .ifPresent(environment -> json.set("importEnv", json(environment)));
        return json;
    }

    private static ObjectNode json(Environment environment) {
        return KmsRequest.JSON
                .createObjectNode()
                .put("name", environment.name())
                .put("slug", environment.slug())
                .put("id", environment.id());
    }
}
