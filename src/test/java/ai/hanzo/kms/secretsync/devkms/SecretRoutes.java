package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Reading and writing secrets, in one version of the API. */
final class SecretRoutes {
    private final ApiVersion version;
    private final Vault vault;
    private final KmsClock clock;
    private final Changes changes;
    private final Behaviour behaviour;

    private SecretRoutes(ApiVersion version, Vault vault, KmsClock clock, Changes changes, Behaviour behaviour) {
        this.version = version;
        this.vault = vault;
        this.clock = clock;
        this.changes = changes;
        this.behaviour = behaviour;
    }

    static void addTo(Router router, Vault vault, KmsClock clock, Changes changes, Behaviour behaviour) {
        SecretRoutes v4 = new SecretRoutes(ApiVersion.V4, vault, clock, changes, behaviour);
        v4.addTo(router, "/api/v4/secrets", "/api/v4/secrets/batch");
        router.add("GET", "/api/v4/secrets/id/{id}", RateLimiter.Kind.SECRETS, v4::byId);
        new SecretRoutes(ApiVersion.V3, vault, clock, changes, behaviour)
                .addTo(router, "/api/v3/secrets/raw", "/api/v3/secrets/batch/raw");
    }

    private void addTo(Router router, String base, String batch) {
        RateLimiter.Kind kind = RateLimiter.Kind.SECRETS;
        router.add("GET", base, kind, this::list);
        router.add("POST", batch, kind, this::createMany);
        router.add("PATCH", batch, kind, this::updateMany);
        router.add("DELETE", batch, kind, this::deleteMany);
        router.add("GET", base + "/{name}", kind, this::single);
        router.add("POST", base + "/{name}", kind, this::create);
        router.add("PATCH", base + "/{name}", kind, this::update);
        router.add("DELETE", base + "/{name}", kind, this::delete);
    }

    private KmsResponse list(KmsRequest request, Identity caller) {
        ReadOptions options = ReadOptions.of(request, version);
        ProjectSpace space = queriedProject(request, caller);
        Address address = queriedAddress(request);
        Optional<Folder> folder = space.folder(address);
        if (folder.isEmpty() && behaviour.missingFolderIsEmpty) {
            ObjectNode nothing = KmsRequest.JSON.createObjectNode();
            nothing.putArray("secrets");
            nothing.putArray("imports");
            return KmsResponse.json(nothing);
        }
        return KmsResponse.json(new SecretReader(space, caller, behaviour)
                .list(folder.orElseThrow(() -> KmsError.folderMissing("SecretPathNotFound", address)), options));
    }

    private KmsResponse single(KmsRequest request, Identity caller) {
        ReadOptions options = ReadOptions.of(request, version);
        ProjectSpace space = queriedProject(request, caller);
        Address address = queriedAddress(request);
        Folder folder = space.folder(address).orElseThrow(() -> KmsError.folderMissing("GetSecretByName", address));
        Integer wanted = request.query("version").map(SecretRoutes::number).orElse(null);
        boolean personal = request.query("type").orElse("shared").equals("personal");
        return secret(new SecretReader(space, caller, behaviour)
                .single(folder, request.variable("name"), personal, wanted, options));
    }

    private static Integer number(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException notOne) {
            throw KmsError.invalid("invalid_type", List.of("version"), "Expected number");
        }
    }

    private KmsResponse byId(KmsRequest request, Identity caller) {
        ReadOptions options = ReadOptions.of(request, version);
        String id = request.variable("id");
        for (ProjectSpace space : vault.visibleTo(caller)) {
            for (Folder folder : space.folders()) {
                for (Secret secret : folder.sharedSecrets()) {
                    if (secret.id().equals(id)) {
                        return secret(new SecretReader(space, caller, behaviour).single(folder, secret, null, options));
                    }
                }
            }
        }
        throw KmsError.notFound("Secret with ID '" + id + "' not found");
    }

    private KmsResponse create(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller, "CreateSecret");
        SecretWriter writer = writer(folder, caller);
        String owner = writer.owner(body);
        return written(folder, "secret", () -> writer.create(folder, request.variable("name"), owner, body));
    }

    private KmsResponse createMany(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller, "CreateManySecret");
        List<Body> items = body.objects("secrets", 1);
        return written(folder, "secrets", () -> writer(folder, caller).createMany(folder, items));
    }

    private KmsResponse update(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller, "UpdateSecret");
        SecretWriter writer = writer(folder, caller);
        String owner = writer.owner(body);
        return written(folder, "secret", () -> writer.update(folder, request.variable("name"), owner, body));
    }

    private KmsResponse updateMany(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller, "UpdateManySecret");
        List<Body> items = body.objects("secrets", 1);
        String mode = body.oneOf("mode", "failOnNotFound", List.of("failOnNotFound", "upsert", "ignore"));
        return written(
                folder,
                "secrets",
                () -> writer(folder, caller).updateMany(folder.environment().slug(), folder.path(), mode, items));
    }

    private KmsResponse delete(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller, "DeleteSecret");
        SecretWriter writer = writer(folder, caller);
        String owner = writer.owner(body);
        return written(folder, "secret", () -> writer.delete(folder, request.variable("name"), owner));
    }

    private KmsResponse deleteMany(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = named(body, caller, "DeleteManySecret");
        List<Body> items = body.objects("secrets", 1);
        return written(folder, "secrets", () -> writer(folder, caller).deleteMany(folder, items));
    }

    private SecretWriter writer(Folder folder, Identity caller) {
        return new SecretWriter(folder.space(), caller, changes, clock);
    }

    /** What was written, or that an approval is awaited; both are a 200. */
    private KmsResponse written(Folder folder, String field, Supplier<JsonNode> write) {
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        return KmsResponse.json(
                behaviour.approvals ? json.set("approval", approval(folder)) : json.set(field, write.get()));
    }

    private ObjectNode approval(Folder folder) {
        String id = UUID.randomUUID().toString();
        return KmsRequest.JSON
                .createObjectNode()
                .put("id", id)
                .put("slug", "approval-" + id.substring(0, 8))
                .put("status", "open")
                .put("hasMerged", false)
                .put("folderId", folder.id())
                .put("version", 1)
                .put("createdAt", SecretJson.time(clock.now()))
                .put("updatedAt", SecretJson.time(clock.now()));
    }

    private static KmsResponse secret(ObjectNode secret) {
        return KmsResponse.json(KmsRequest.JSON.createObjectNode().set("secret", secret));
    }

    private ProjectSpace queriedProject(KmsRequest request, Identity caller) {
        Optional<String> id = request.query(version.projectField());
        if (id.isPresent()) {
            return vault.require(id.get(), caller);
        }
        Optional<String> slug = version == ApiVersion.V3 ? request.query("workspaceSlug") : Optional.empty();
        return vault.requireSlug(slug.orElseThrow(SecretRoutes::unaddressed), caller);
    }

    private static Address queriedAddress(KmsRequest request) {
        return new Address(
                request.query("environment").orElseThrow(SecretRoutes::unaddressed),
                request.query("secretPath").orElse(SecretPath.ROOT));
    }

    private static KmsError unaddressed() {
        return KmsError.badRequest("Missing project id or environment");
    }

    private Folder named(Body body, Identity caller, String error) {
        boolean bySlug = version == ApiVersion.V3 && !body.has("workspaceId") && body.has("projectSlug");
        ProjectSpace space = bySlug
                ? vault.requireSlug(body.required("projectSlug"), caller)
                : vault.require(body.required(version.projectField()), caller);
        Address address = new Address(body.required("environment"), body.text("secretPath", SecretPath.ROOT));
        return space.folder(address).orElseThrow(() -> KmsError.folderMissing(error, address));
    }
}
