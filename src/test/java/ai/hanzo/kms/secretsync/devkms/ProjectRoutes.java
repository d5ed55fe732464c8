package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/** Projects with their environments and tags. */
final class ProjectRoutes {
    private static final String TYPE = "secret-manager";

    private final Vault vault;

    private ProjectRoutes(Vault vault) {
        this.vault = vault;
    }

    static void addTo(Router router, Vault vault) {
        ProjectRoutes routes = new ProjectRoutes(vault);
        RateLimiter.Kind read = RateLimiter.Kind.READ;
        router.add("GET", "/api/v1/projects", read, (request, caller) -> routes.list(request, caller, "projects"));
        router.add("GET", "/api/v1/workspace", read, (request, caller) -> routes.list(request, caller, "workspaces"));
        router.add("GET", "/api/v1/projects/slug/{slug}", read, routes::bySlug);
        router.add("GET", "/api/v2/workspace/{slug}", read, routes::bySlug);
        router.add("GET", "/api/v1/projects/{id}", read, (request, caller) -> routes.byId(request, caller, "project"));
        router.add(
                "GET", "/api/v1/workspace/{id}", read, (request, caller) -> routes.byId(request, caller, "workspace"));
        router.add("GET", "/api/v1/projects/{id}/tags", read, routes::tags);
        router.add("GET", "/api/v1/projects/{id}/tags/slug/{slug}", read, routes::tag);
        router.add("POST", "/api/v1/projects/{id}/tags", RateLimiter.Kind.WRITE, routes::createTag);
    }

    private KmsResponse list(KmsRequest request, Identity caller, String field) {
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        ArrayNode projects = json.putArray(field);
        if (request.query("type").orElse(TYPE).equals(TYPE)) {
            vault.visibleTo(caller).forEach(space -> projects.add(project(space)));
        }
        return KmsResponse.json(json);
    }

    private KmsResponse byId(KmsRequest request, Identity caller, String field) {
        ProjectSpace space = vault.require(request.variable("id"), caller);
        return KmsResponse.json(KmsRequest.JSON.createObjectNode().set(field, project(space)));
    }

    private KmsResponse bySlug(KmsRequest request, Identity caller) {
        return KmsResponse.json(project(vault.requireSlug(request.variable("slug"), caller)));
    }

    private static ObjectNode project(ProjectSpace space) {
        Project project = space.project();
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        json.put("id", project.id()).put("_id", project.id());
        json.put("name", project.name()).put("slug", project.slug());
        json.putNull("description");
        json.put("type", TYPE).put("orgId", project.orgId()).put("version", 3);
        json.put("autoCapitalization", space.upperCaseOnly());
        json.put("hasDeleteProtection", false);
        json.put("createdAt", SecretJson.time(space.createdAt()));
        json.put("updatedAt", SecretJson.time(space.createdAt()));
        ArrayNode environments = json.putArray("environments");
        for (Environment environment : project.environments()) {
            environments
                    .addObject()
                    .put("id", environment.id())
                    .put("name", environment.name())
                    .put("slug", environment.slug());
        }
        return json;
    }

    private KmsResponse tags(KmsRequest request, Identity caller) {
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        ArrayNode tags = json.putArray("tags");
        vault.require(request.variable("id"), caller).tags().forEach(tag -> tags.add(SecretJson.tag(tag)));
        return KmsResponse.json(json);
    }

    private KmsResponse tag(KmsRequest request, Identity caller) {
        String slug = request.variable("slug");
        return vault.require(request.variable("id"), caller).tags().stream()
                .filter(tag -> tag.slug().equals(slug))
                .findFirst()
                .map(ProjectRoutes::answer)
                .orElseThrow(() -> KmsError.notFound("Tag with slug '" + slug + "' not found"));
    }

    private KmsResponse createTag(KmsRequest request, Identity caller) {
        ProjectSpace space = vault.require(request.variable("id"), caller);
        Body body = request.json();
        String slug = body.required("slug");
        if (space.tags().stream().anyMatch(tag -> tag.slug().equals(slug))) {
            throw KmsError.badRequest("Tag already exists");
        }
        Tag tag = new Tag(UUID.randomUUID().toString(), slug, body.text("color", ""));
        space.tags().add(tag);
        return answer(tag);
    }

    private static KmsResponse answer(Tag tag) {
        return KmsResponse.json(KmsRequest.JSON.createObjectNode().set("tag", SecretJson.tag(tag)));
    }
}
