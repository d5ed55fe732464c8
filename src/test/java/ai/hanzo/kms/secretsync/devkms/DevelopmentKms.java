package ai.hanzo.kms.secretsync.devkms;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A KMS for tests and demonstrations: the API of Hanzo KMS and Infisical over HTTP on a loopback port, kept in memory.
 *
 * <p>It follows {@code spec/kms-source.md}: what the servers do, not what their documentation says, down to trimmed
 * values and 500 for an oversized body. What a test would otherwise wait for is settable: the clock, the faults, the
 * rate limits. All methods may be called from any thread while it runs.
 */
public final class DevelopmentKms implements AutoCloseable {
    private final KmsClock clock = new KmsClock();
    private final Vault vault = new Vault();
    private final Behaviour behaviour = new Behaviour();
    private final Webhooks webhooks = new Webhooks(clock);
    private final Changes changes = new Changes(clock, webhooks);
    private final Seeding seeding = new Seeding(clock, changes);
    private final Tokens tokens = new Tokens(clock, vault);
    private final RateLimiter rateLimiter = new RateLimiter(clock);
    private final HttpFront front;

    private DevelopmentKms(int port) {
        Router router = new Router();
        AuthRoutes.addTo(router, tokens);
        SecretRoutes.addTo(router, vault, clock, changes, behaviour);
        ProjectRoutes.addTo(router, vault);
        FolderRoutes.addTo(router, vault, clock, changes);
        ImportRoutes.addTo(router, vault, clock, changes, behaviour);
        DeveloperRoutes.addTo(router, vault, seeding);
        front = new HttpFront(port, router, rateLimiter, tokens, vault, behaviour, clock);
    }

    /**
     * Starts one on 127.0.0.1.
     *
     * @param port 0 for any free one
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public static DevelopmentKms start(int port) {
        return new DevelopmentKms(port);
    }

    /** Without a trailing slash and without {@code /api}. */
    public URI baseUrl() {
        return front.baseUrl();
    }

    @Override
    public void close() {
        front.close();
        webhooks.close();
    }

    // Tenants, projects and identities

    public Organization addOrganization(String name) {
        String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        Organization organization = new Organization(ProjectSpace.idFrom("organization/" + slug), name, slug);
        return vault.inTransaction(() -> {
            vault.add(organization);
            return organization;
        });
    }

    /** A project whose id follows from its slug, so that it is the same in every run. */
    public Project addProject(Organization organization, String name, String slug, String... environmentSlugs) {
        return addProject(
                organization, UUID.fromString(ProjectSpace.idFrom("project/" + slug)), name, slug, environmentSlugs);
    }

    /** A project with a given id; the ids of its environments and root folders follow from it. */
    public Project addProject(
            Organization organization, UUID id, String name, String slug, String... environmentSlugs) {
        List<Environment> environments = Arrays.stream(environmentSlugs)
                .map(environment -> new Environment(
                        ProjectSpace.idFrom(id + "/" + environment), environmentName(environment), environment))
                .toList();
        Project project = new Project(id.toString(), organization.id(), name, slug, environments);
        return vault.inTransaction(() -> {
            vault.add(new ProjectSpace(project, clock.now()));
            return project;
        });
    }

    private static String environmentName(String slug) {
        return switch (slug) {
            case "dev" -> "Development";
            case "prod" -> "Production";
            default -> Character.toUpperCase(slug.charAt(0)) + slug.substring(1);
        };
    }

    /** Adds a tag and returns its id. */
    public String addTag(Project project, String slug) {
        return vault.inTransaction(() -> {
            Tag tag = new Tag(UUID.randomUUID().toString(), slug, "");
            space(project).tags().add(tag);
            return tag.id();
        });
    }

    /** Lets the project refuse names that are not in upper case. */
    public void enforceUpperCaseNames(Project project, boolean enforced) {
        inTransaction(() -> space(project).upperCaseOnly(enforced));
    }

    /** Lets the project refuse metadata that is not encrypted. */
    public void enforceEncryptedMetadata(Project project, boolean enforced) {
        inTransaction(() -> space(project).encryptedMetadataOnly(enforced));
    }

    /** Adds a machine identity, named by its client id. */
    public Identity addIdentity(String clientId, String clientSecret, Grant... grants) {
        return added(new Identity(
                ProjectSpace.idFrom("identity/" + clientId), clientId, clientId, clientSecret, false, List.of(grants)));
    }

    /** Adds a person, who may own personal secrets; people here have a token but no login of their own. */
    public Identity addUser(String name, Grant... grants) {
        return added(new Identity(
                ProjectSpace.idFrom("user/" + name),
                name,
                "user:" + name,
                UUID.randomUUID().toString(),
                true,
                List.of(grants)));
    }

    private Identity added(Identity identity) {
        return vault.inTransaction(() -> {
            tokens.add(identity);
            return identity;
        });
    }

    /** A bearer token, as from a login now. */
    public String tokenFor(Identity identity) {
        return vault.inTransaction(() -> tokens.issue(identity));
    }

    /** Revokes every token of an identity: its next call is a 401. */
    public void revokeTokens(Identity identity) {
        inTransaction(() -> tokens.revokeAll(identity));
    }

    /**
     * Sets the lifetime of tokens issued from now on; 30 days each unless set.
     *
     * @param ttl zero for tokens that never expire, which a login announces as {@code expiresIn} 0
     * @param maxTtl how long a token may be renewed; zero for ever
     */
    public void setTokenLifetime(Duration ttl, Duration maxTtl) {
        inTransaction(() -> tokens.lifetime(ttl, maxTtl));
    }

    /** Sets after how many failed logins an identity is locked for 300 s, and unlocks all; 0 never locks. */
    public void setLockoutThreshold(int failures) {
        inTransaction(() -> tokens.lockoutThreshold(failures));
    }

    // Secrets

    /** Makes a folder, and its parents, and returns its id. */
    public String addFolder(Project project, String environment, String path) {
        return vault.inTransaction(() -> space(project)
                .makeFolder(address(project, environment, path), clock.now())
                .id());
    }

    /** Removes a folder with everything below it. */
    public void deleteFolder(Project project, String environment, String path) {
        inTransaction(() -> {
            Folder folder = space(project)
                    .folder(address(project, environment, path))
                    .orElseThrow(() -> new IllegalArgumentException("No folder " + path));
            changes.secretsChanged(folder);
            folder.parent().removeChild(folder);
        });
    }

    /** Creates or updates a shared secret, its value normalised as by any write; missing folders are made. */
    public void setSecret(Project project, String environment, String path, String key, String value) {
        Address address = address(project, environment, path);
        inTransaction(() -> seeding.set(space(project), address, key, value));
    }

    /** {@link #setSecret} for many. */
    public void setSecrets(Project project, String environment, String path, Map<String, String> values) {
        inTransaction(() -> values.forEach((key, value) -> setSecret(project, environment, path, key, value)));
    }

    /** Creates or updates a person's personal secret. */
    public void setPersonalSecret(
            Project project, String environment, String path, String key, Identity owner, String value) {
        Address address = address(project, environment, path);
        inTransaction(() -> seeding.set(space(project), address, key, owner.id(), value));
    }

    /** Whether there was such a secret to delete. */
    public boolean deleteSecret(Project project, String environment, String path, String key) {
        Address address = address(project, environment, path);
        return vault.inTransaction(() -> seeding.delete(space(project), address, key));
    }

    public void setComment(Project project, String environment, String path, String key, String comment) {
        edit(project, environment, path, key, content -> content.withComment(comment));
    }

    /** Replaces the metadata of a secret. */
    public void setMetadata(Project project, String environment, String path, String key, Metadata... metadata) {
        edit(project, environment, path, key, content -> content.withMetadata(List.of(metadata)));
    }

    /** Replaces the tags of a secret. */
    public void setTags(Project project, String environment, String path, String key, String... tagIds) {
        edit(project, environment, path, key, content -> content.withTagIds(List.of(tagIds)));
    }

    public void setSkipMultilineEncoding(Project project, String environment, String path, String key, boolean skip) {
        edit(project, environment, path, key, content -> content.withSkipMultilineEncoding(skip));
    }

    /** Puts a secret under a rotation, after which writes no longer change its value. */
    public void markRotated(Project project, String environment, String path, String key) {
        Address address = address(project, environment, path);
        inTransaction(() -> seeding.replace(
                space(project),
                address,
                key,
                secret -> secret.withRotation(UUID.randomUUID().toString())));
    }

    private void edit(Project project, String environment, String path, String key, UnaryOperator<Content> change) {
        Address address = address(project, environment, path);
        inTransaction(() -> seeding.edit(space(project), address, key, change));
    }

    /** Lets a folder import another one, behind the imports it has, and returns the import's id. */
    public String addImport(Project project, String environment, String path, String fromEnvironment, String fromPath) {
        return addImport(project, environment, path, fromEnvironment, fromPath, false);
    }

    /** Like {@link #addImport} but by replication, which readers of secrets do not see. */
    public String addReplicatedImport(
            Project project, String environment, String path, String fromEnvironment, String fromPath) {
        return addImport(project, environment, path, fromEnvironment, fromPath, true);
    }

    private String addImport(
            Project project,
            String environment,
            String path,
            String fromEnvironment,
            String fromPath,
            boolean replication) {
        Address into = address(project, environment, path);
        Address from = address(project, fromEnvironment, fromPath);
        return vault.inTransaction(() -> {
            Folder folder = space(project).makeFolder(into, clock.now());
            space(project).makeFolder(from, clock.now());
            SecretImport added = ImportRoutes.added(folder, from, replication, clock);
            changes.secretsChanged(folder);
            return added.id();
        });
    }

    /** The shared secrets of one folder as stored: unexpanded, without imports. Empty if there is no such folder. */
    public Map<String, String> secrets(Project project, String environment, String path) {
        Address address = address(project, environment, path);
        return vault.inTransaction(() -> {
            Map<String, String> values = new LinkedHashMap<>();
            space(project)
                    .folder(address)
                    .ifPresent(folder -> folder.sharedSecrets()
                            .forEach(secret ->
                                    values.put(secret.key(), secret.content().value())));
            return values;
        });
    }

    /** The metadata of a secret; empty if there is no such secret. */
    public List<Metadata> metadata(Project project, String environment, String path, String key) {
        Address address = address(project, environment, path);
        return vault.inTransaction(() -> space(project)
                .folder(address)
                .flatMap(folder -> folder.secret(key, null))
                .map(secret -> secret.content().metadata())
                .orElse(List.of()));
    }

    private static Address address(Project project, String environment, String path) {
        return new Address(project.environment(environment).slug(), path);
    }

    private ProjectSpace space(Project project) {
        return vault.byId(project.id())
                .orElseThrow(() -> new IllegalArgumentException("Not a project of this KMS: " + project.slug()));
    }

    private void inTransaction(Runnable work) {
        vault.inTransaction(() -> {
            work.run();
            return null;
        });
    }

    // Time and trouble

    public void setClock(Clock newClock) {
        clock.set(newClock);
    }

    public void advanceClock(Duration by) {
        clock.advance(by);
    }

    /** @param limits null for none, as on self-hosted installations and unless set */
    public void setRateLimits(RateLimits limits) {
        rateLimiter.limit(limits);
    }

    /** Lets the next {@code calls} calls whose path starts with {@code pathPrefix} go wrong. */
    public void failNext(int calls, String pathPrefix, Fault fault) {
        front.faults().add(calls, pathPrefix, fault);
    }

    /** How many of the planned faults no call has met yet. */
    public int faultsToCome() {
        return front.faults().toCome();
    }

    public void clearFaults() {
        front.faults().clear();
    }

    /** Behaves like a build without {@code /api/v4}: the web framework's 404. */
    public void setV4Absent(boolean absent) {
        behaviour.v4Absent = absent;
    }

    /** Behaves like builds before August 2025, which list a missing folder as an empty one. */
    public void setMissingFolderIsEmpty(boolean empty) {
        behaviour.missingFolderIsEmpty = empty;
    }

    /** Behaves like builds that expand a reference to nothing to nothing; otherwise it stays as it is. */
    public void setMissingReferenceIsEmpty(boolean empty) {
        behaviour.missingReferenceIsEmpty = empty;
    }

    /** Answers writes with {@code {"approval": ...}} and does not carry them out. */
    public void setApprovals(boolean required) {
        behaviour.approvals = required;
    }

    // Requests received

    /** All requests since the start or the last {@link #clearRequests()}, in the order of their answers. */
    public List<LoggedRequest> requests() {
        return front.log();
    }

    public void clearRequests() {
        front.clearLog();
    }

    /** How many logged requests have a path that starts so. */
    public long count(String pathPrefix) {
        return requests().stream()
                .filter(request -> request.path().startsWith(pathPrefix))
                .count();
    }

    // Webhooks

    /**
     * Registers a receiver of change notices, and returns the webhook's id.
     *
     * @param pathGlob {@code /} is the root folder only, {@code /**} all folders
     * @param key signs the deliveries; null for unsigned ones
     */
    public String addWebhook(Project project, String environment, String pathGlob, URI url, String key) {
        return webhooks.add(project, project.environment(environment).slug(), pathGlob, url, key);
    }

    public void removeWebhook(String webhookId) {
        webhooks.remove(webhookId);
    }

    /** Sets how long after the last of several changes a notice is sent; 4 s unless set. */
    public void setWebhookDebounce(Duration debounce) {
        webhooks.debounce(debounce);
    }

    /** @param header {@link WebhookSignature#KMS_HEADER}, unless set, or {@link WebhookSignature#INFISICAL_HEADER} */
    public void setWebhookSignatureHeader(String header) {
        webhooks.header(header);
    }

    /** Delivers a {@code test} event and waits for the receiver's answer. */
    public WebhookDelivery testWebhook(String webhookId) {
        return webhooks.test(webhookId);
    }

    /** Delivers what still waits for its debounce and returns when that is done. */
    public void flushWebhooks() {
        webhooks.flush();
    }

    public List<WebhookDelivery> webhookDeliveries() {
        return webhooks.deliveries();
    }
}
