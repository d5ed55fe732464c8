package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Folders, in both versions of the API. */
final class FolderRoutes {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");

    private final Vault vault;
    private final KmsClock clock;
    private final Changes changes;
    private final String projectField;

    private FolderRoutes(Vault vault, KmsClock clock, Changes changes, String projectField) {
        this.vault = vault;
        this.clock = clock;
        this.changes = changes;
        this.projectField = projectField;
    }

    static void addTo(Router router, Vault vault, KmsClock clock, Changes changes) {
        new FolderRoutes(vault, clock, changes, "projectId").addTo(router, "/api/v2/folders");
        new FolderRoutes(vault, clock, changes, "workspaceId").addTo(router, "/api/v1/folders");
    }

    private void addTo(Router router, String base) {
        router.add("GET", base, RateLimiter.Kind.READ, this::list);
        router.add("GET", base + "/{id}", RateLimiter.Kind.READ, this::byId);
        router.add("POST", base, RateLimiter.Kind.SECRETS, this::create);
        router.add("PATCH", base + "/{id}", RateLimiter.Kind.SECRETS, this::rename);
        router.add("DELETE", base + "/{id}", RateLimiter.Kind.SECRETS, this::delete);
    }

    private KmsResponse list(KmsRequest request, Identity caller) {
        String projectId = queried(request, projectField);
        String environment = queried(request, "environment");
        ProjectSpace space = vault.require(projectId, caller);
        requireEnvironment(space, environment);
        String path = request.query("path").or(() -> request.query("directory")).orElse(SecretPath.ROOT);
        boolean recursive = request.queryFlag("recursive", false);
        Instant since =
                request.query("lastSecretModified").map(FolderRoutes::instant).orElse(null);
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        ArrayNode folders = json.putArray("folders");
        // Upstream answers an unknown path with no folders, not with 404.
        space.folder(new Address(environment, path))
                .ifPresent(parent -> addChildren(parent, "", recursive, since, folders));
        return KmsResponse.json(json);
    }

    private static void addChildren(
            Folder parent, String relativePath, boolean recursive, Instant since, ArrayNode folders) {
        for (Folder child : parent.children()) {
            String childPath = relativePath + "/" + child.name();
            Instant modified = child.lastSecretModified();
            if (since == null || (modified != null && !modified.isBefore(since))) {
                ObjectNode json = folder(child);
                if (recursive) {
                    json.put("relativePath", childPath);
                }
                folders.add(json);
            }
            if (recursive) {
                addChildren(child, childPath, true, since, folders);
            }
        }
    }

    private KmsResponse byId(KmsRequest request, Identity caller) {
        Folder folder = vault.visibleTo(caller).stream()
                .flatMap(space -> space.folderById(request.variable("id")).stream())
                .findFirst()
                .orElseThrow(() -> missing(request.variable("id")));
        ObjectNode json = located(folder);
        json.putObject("environment")
                .put("envId", folder.environment().id())
                .put("envName", folder.environment().name())
                .put("envSlug", folder.environment().slug());
        json.put("projectId", folder.space().project().id());
        return answer(json);
    }

    private KmsResponse create(KmsRequest request, Identity caller) {
        Body body = request.json();
        ProjectSpace space = vault.require(body.required(projectField), caller);
        Address parentAddress = new Address(body.required("environment"), parentPath(body));
        requireEnvironment(space, parentAddress.environment());
        String name = name(body);
        Address address = new Address(parentAddress.environment(), SecretPath.child(parentAddress.path(), name));
        if (space.folder(address).isPresent()) {
            throw KmsError.badRequest(
                    "Folder with name '" + name + "' already exists in path '" + parentAddress.path() + "'");
        }
        require(Right.CREATE, nearest(space, parentAddress), caller);
        Folder created = space.makeFolder(address, clock.now());
        created.describe(body.has("description") ? body.nullableText("description", 1024) : null);
        return answer(located(created));
    }

    private static Folder nearest(ProjectSpace space, Address address) {
        Folder nearest = space.folder(new Address(address.environment(), SecretPath.ROOT))
                .orElseThrow();
        for (String name : SecretPath.names(address.path())) {
            Optional<Folder> child = nearest.child(name);
            if (child.isEmpty()) {
                break;
            }
            nearest = child.get();
        }
        return nearest;
    }

    private KmsResponse rename(KmsRequest request, Identity caller) {
        Body body = request.json();
        Folder folder = addressed(request, body, caller);
        require(Right.EDIT, folder, caller);
        String name = name(body);
        if (!name.equals(folder.name()) && folder.parent().child(name).isPresent()) {
            throw KmsError.badRequest("Folder with name '" + name + "' already exists in path '"
                    + folder.parent().path() + "'");
        }
        folder.rename(name, clock.now());
        changes.secretsChanged(folder);
        return answer(located(folder));
    }

    private KmsResponse delete(KmsRequest request, Identity caller) {
        Folder folder = addressed(request, request.json(), caller);
        require(Right.DELETE, folder, caller);
        changes.secretsChanged(folder);
        folder.parent().removeChild(folder);
        return answer(folder(folder));
    }

    /** The folder a path variable names, by its id or by its name within the body's path. */
    private Folder addressed(KmsRequest request, Body body, Identity caller) {
        ProjectSpace space = vault.require(body.required(projectField), caller);
        Address parent = new Address(body.required("environment"), parentPath(body));
        String idOrName = request.variable("id");
        return space.folder(parent)
                .flatMap(folder -> folder.child(idOrName))
                .or(() -> space.folderById(idOrName).filter(folder -> folder.parent() != null))
                .orElseThrow(() -> missing(idOrName));
    }

    private static String parentPath(Body body) {
        return body.text("path", body.text("directory", SecretPath.ROOT));
    }

    private static String name(Body body) {
        String name = Normal.trim(body.required("name"));
        if (!NAME.matcher(name).matches()) {
            throw KmsError.invalid(
                    body.at("name"), "Folder name can only contain alphanumeric characters, dashes, and underscores");
        }
        return name;
    }

    private static String queried(KmsRequest request, String name) {
        return request.query(name).orElseThrow(() -> KmsError.invalid("invalid_type", List.of(name), "Required"));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException malformed) {
            throw KmsError.invalid("invalid_string", List.of("lastSecretModified"), "Invalid datetime");
        }
    }

    private static void requireEnvironment(ProjectSpace space, String slug) {
        if (space.environment(slug).isEmpty()) {
            throw KmsError.notFound("Environment with slug '" + slug + "' not found");
        }
    }

    private static void require(Right right, Folder folder, Identity caller) {
        if (!caller.may(right, folder)) {
            throw KmsError.denied(right, folder);
        }
    }

    private static KmsError missing(String idOrName) {
        return KmsError.notFound("Folder with ID '" + idOrName + "' not found");
    }

    private static KmsResponse answer(ObjectNode folder) {
        return KmsResponse.json(KmsRequest.JSON.createObjectNode().set("folder", folder));
    }

    private static ObjectNode located(Folder folder) {
        return folder(folder).put("path", folder.path());
    }

    private static ObjectNode folder(Folder folder) {
        return KmsRequest.JSON
                .createObjectNode()
                .put("id", folder.id())
                .put("name", folder.name())
                .put("version", folder.version())
                .put("createdAt", SecretJson.time(folder.createdAt()))
                .put("updatedAt", SecretJson.time(folder.updatedAt()))
                .put("envId", folder.environment().id())
                .put(
                        "parentId",
                        folder.parent() == null ? null : folder.parent().id())
                .put("isReserved", false)
                .put("description", folder.description())
                .put("lastSecretModified", SecretJson.time(folder.lastSecretModified()));
    }
}
