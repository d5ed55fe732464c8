package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** For people at a terminal: secrets without tokens. The real KMS has none of this. */
final class DeveloperRoutes {
    private static final String SECRETS = "/_dev/secrets/{slug}/{env}";

    private final Vault vault;
    private final Seeding seeding;

    private DeveloperRoutes(Vault vault, Seeding seeding) {
        this.vault = vault;
        this.seeding = seeding;
    }

    static void addTo(Router router, Vault vault, Seeding seeding) {
        DeveloperRoutes routes = new DeveloperRoutes(vault, seeding);
        RateLimiter.Kind unlimited = RateLimiter.Kind.NONE;
        router.addOpen("GET", "/", unlimited, DeveloperRoutes::help);
        router.addOpen("GET", SECRETS, unlimited, routes::list);
        router.addOpen("PUT", SECRETS + "/{first}/*", unlimited, routes::put);
        router.addOpen("DELETE", SECRETS + "/{first}/*", unlimited, routes::delete);
        router.addOpen("GET", "/api/status", unlimited, request -> status());
    }

    private static KmsResponse status() {
        return KmsResponse.json(KmsRequest.JSON
                .createObjectNode()
                .put("message", "Ok")
                .put("emailConfigured", false)
                .put("redisConfigured", true)
                .put("secretScanningConfigured", false));
    }

    private static KmsResponse help(KmsRequest request) {
        String base = "http://" + request.header("Host").orElse("127.0.0.1");
        return KmsResponse.text(200, """
                Development KMS. Speaks the API of Hanzo KMS below %1$s/api; keeps everything in memory.

                Set a secret:     curl -X PUT --data-binary 'value' %1$s/_dev/secrets/PROJECT_SLUG/ENV/KEY
                ... in a folder:  curl -X PUT --data-binary 'value' %1$s/_dev/secrets/PROJECT_SLUG/ENV/folder/KEY
                Delete it:        curl -X DELETE %1$s/_dev/secrets/PROJECT_SLUG/ENV/KEY
                List them:        curl %1$s/_dev/secrets/PROJECT_SLUG/ENV
                Is it up:         curl %1$s/api/status
                """.formatted(base));
    }

    private KmsResponse list(KmsRequest request) {
        Place place = place(request);
        ObjectNode json = KmsRequest.JSON.createObjectNode();
        for (Folder folder : place.space().folders()) {
            if (folder.environment().slug().equals(place.environment())) {
                ObjectNode secrets = json.putObject(folder.path());
                folder.sharedSecrets()
                        .forEach(secret ->
                                secrets.put(secret.key(), secret.content().value()));
            }
        }
        return KmsResponse.json(json);
    }

    private KmsResponse put(KmsRequest request) {
        Place place = place(request);
        if (request.body() == null) {
            throw KmsError.internal();
        }
        Secret secret = seeding.set(place.space(), place.address(), place.key(), request.text());
        return KmsResponse.json(KmsRequest.JSON
                .createObjectNode()
                .put("secretKey", secret.key())
                .put("secretPath", place.address().path())
                .put("version", secret.version()));
    }

    private KmsResponse delete(KmsRequest request) {
        Place place = place(request);
        if (!seeding.delete(place.space(), place.address(), place.key())) {
            throw SecretReader.secretMissing(place.key());
        }
        return KmsResponse.json(KmsRequest.JSON.createObjectNode().put("deleted", place.key()));
    }

    /** What a path below {@code /_dev/secrets} names; the key is null if it names an environment only. */
    private record Place(ProjectSpace space, String environment, Address address, String key) {}

    private Place place(KmsRequest request) {
        requireLoopbackName(request);
        String slug = request.variable("slug");
        String environment = request.variable("env");
        ProjectSpace space =
                vault.bySlug(slug).orElseThrow(() -> KmsError.notFound("Project with slug '" + slug + "' not found"));
        if (space.environment(environment).isEmpty()) {
            throw KmsError.notFound("Environment with slug '" + environment + "' not found");
        }
        List<String> rest = request.segments().subList(4, request.segments().size());
        if (rest.isEmpty()) {
            return new Place(space, environment, new Address(environment, SecretPath.ROOT), null);
        }
        String path = String.join("/", rest.subList(0, rest.size() - 1));
        return new Place(
                space,
                environment,
                new Address(environment, path),
                SecretName.checked(rest.get(rest.size() - 1), List.of("KEY")));
    }

    /** Keeps web pages out that point a name of their own at this machine. */
    private static void requireLoopbackName(KmsRequest request) {
        String host = request.header("Host").orElse("").replaceFirst(":\\d+$", "");
        if (!host.equals("127.0.0.1") && !host.equals("localhost")) {
            throw KmsError.forbidden("ForbiddenError", "Ask for 127.0.0.1 or localhost");
        }
    }
}
