package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.kms.KmsProject.Environment;
import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The reading calls and what their answers mean, whoever asks. */
final class KmsReader {
    /** Upstream's words for it (upstream specification 4). */
    static final String FOLDER_GONE = "Invalid Secret Sync source configuration: folder no longer exists. "
            + "Please update source environment and secret path.";

    private static final Pattern PROJECT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z0-9\\-_.@]+}");

    /** Which of the KMS's two list calls it has: {@code /api/v4/secrets}, or only the older raw one. */
    enum Dialect {
        V4,
        V3
    }

    /** What an older KMS calls the same thing. */
    static final Map<String, String> V1_NAMES = Map.of("projectId", "workspaceId");

    private final SubFolders folders = new SubFolders(this);
    private volatile Dialect dialect = Dialect.V4;

    Dialect dialect() {
        return dialect;
    }

    /** Takes note that this KMS answered the older call, and has no newer one. */
    void remember(Dialect served) {
        dialect = served;
    }

    // ---- Projects, environments, folders

    /** @return empty where the project does not exist or is not the asker's: nobody can tell these apart */
    Optional<KmsProject> project(KmsAccess access, String projectId) {
        // What is no id cannot exist; and "..", put into a path, would ask for something else.
        if (projectId == null || !PROJECT_ID.matcher(projectId).matches()) {
            return Optional.empty();
        }
        KmsReply reply = newestServed(
                access,
                KmsRequest.get(Quota.READ, "/api/v1/projects/" + projectId, Map.of()),
                KmsRequest.get(Quota.READ, "/api/v1/workspace/" + projectId, Map.of()));
        return switch (reply.status()) {
            case 200 -> Optional.of(project(firstOf(reply.object(), "project", "workspace")));
            case 400, 403, 404, 422 -> Optional.empty();
            default -> throw unexpected("project", reply);
        };
    }

    List<KmsProject> projects(KmsAccess access) {
        KmsReply reply = newestServed(
                access,
                KmsRequest.get(Quota.READ, "/api/v1/projects", Map.of()),
                KmsRequest.get(Quota.READ, "/api/v1/workspace", Map.of()));
        if (!reply.ok()) {
            throw unexpected("projects", reply);
        }
        List<KmsProject> projects = new ArrayList<>();
        array(firstOf(reply.object(), "projects", "workspaces"), "projects").forEach(p -> projects.add(project(p)));
        return List.copyOf(projects);
    }

    /**
     * Whether the asker gets to see all that a sync of a source would write.
     *
     * @throws KmsException where that is not known, or the folder does not exist
     */
    boolean canReadValues(KmsAccess access, Source source) {
        try {
            read(access, source, UnaryOperator.identity(), (request, etag) -> etag);
            return true;
        } catch (KmsException e) {
            return switch (e.failure()) {
                case FORBIDDEN, HIDDEN_VALUES, PARTIAL_IMPORTS, PARTIAL_FOLDERS, REFERENCE -> false;
                case FOLDER_GONE, CREDENTIALS, RATE_LIMITED, UNAVAILABLE, PROTOCOL -> throw e;
            };
        }
    }

    /**
     * @throws Rejection BAD_REQUEST where environment or folder does not exist, in upstream's words
     * @throws KmsException FORBIDDEN where folders may not be listed; and what {@code access} throws
     */
    SourceLocation locate(KmsAccess access, KmsProject project, Source source) {
        Environment environment = project.environment(source.environment()).orElseThrow(() -> noSuchFolder(source));
        String id = folderId(access, source, environment).orElseThrow(() -> noSuchFolder(source));
        return new SourceLocation(project, environment, new SourceLocation.Folder(id, source.secretPath()));
    }

    /**
     * The names of the folders directly below a folder, sorted.
     *
     * @throws Rejection as {@link #locate}
     * @throws KmsException as {@link #locate}
     */
    List<String> folders(KmsAccess access, KmsProject project, Source source) {
        Environment environment = project.environment(source.environment()).orElseThrow(() -> noSuchFolder(source));
        boolean root = source.secretPath().equals("/");
        String parent = root ? null : folderId(access, source, environment).orElseThrow(() -> noSuchFolder(source));
        return children(access, source, source.secretPath()).orElseThrow(() -> noSuchFolder(source)).stream()
                .filter(c -> parent == null || parent.equals(text(c, "parentId")))
                .filter(c -> isOf(environment, c))
                .filter(c -> !c.path("isReserved").asBoolean(false))
                .map(c -> required(c, "name"))
                .sorted()
                .toList();
    }

    private static boolean isOf(Environment environment, JsonNode folder) {
        return text(folder, "envId") == null || environment.id().equals(text(folder, "envId"));
    }

    static Rejection noSuchFolder(Source source) {
        return Rejection.badRequest("Could not find folder with path \"" + source.secretPath() + "\" in environment \""
                + source.environment() + "\" for project with ID \"" + source.projectId() + "\"");
    }

    /**
     * There is no call for it: every segment is looked for among the children of the one before (specification 6). Each
     * step checks that they are its children, because some KMS list the parent's where a path does not exist.
     */
    private Optional<String> folderId(KmsAccess access, Source source, Environment environment) {
        List<String> segments = Arrays.stream(source.secretPath().split("/"))
                .filter(s -> !s.isEmpty())
                .toList();
        Optional<List<JsonNode>> children = children(access, source, "/");
        if (children.isEmpty()) {
            return Optional.empty();
        }
        if (segments.isEmpty()) {
            return Optional.of(rootId(access, source, environment, children.get()));
        }
        String path = "";
        String parent = null;
        for (int i = 0; i < segments.size(); i++) {
            String name = segments.get(i);
            String expectedParent = parent;
            Optional<String> found = children.get().stream()
                    .filter(c -> name.equals(text(c, "name")))
                    .filter(c -> expectedParent == null || expectedParent.equals(text(c, "parentId")))
                    .filter(c -> isOf(environment, c))
                    .map(c -> text(c, "id"))
                    .findFirst();
            if (found.isEmpty() || i == segments.size() - 1) {
                return found;
            }
            parent = found.get();
            path += "/" + name;
            children = children(access, source, path);
            if (children.isEmpty()) {
                return Optional.empty();
            }
        }
        throw new IllegalStateException("The last segment returns");
    }

    private String rootId(KmsAccess access, Source source, Environment environment, List<JsonNode> children) {
        for (JsonNode child : children) {
            if (text(child, "parentId") != null) {
                return text(child, "parentId");
            }
        }
        KmsReply imports = imports(access, source);
        if (imports.ok()) {
            for (JsonNode one : imports.object().path("secretImports")) {
                if (text(one, "folderId") != null) {
                    return text(one, "folderId");
                }
            }
        }
        // Whatever the reason that nothing was told: the id is for show, and this one is always the same.
        return KmsUuid.of(source.projectId(), environment.id(), "/").toString();
    }

    /** @return empty where the KMS says that there is no such folder */
    private Optional<List<JsonNode>> children(KmsAccess access, Source source, String path) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("projectId", source.projectId());
        query.put("environment", source.environment());
        query.put("path", path);
        KmsReply reply = newestServed(
                access,
                KmsRequest.get(Quota.READ, "/api/v2/folders", query),
                KmsRequest.get(Quota.READ, "/api/v1/folders", renamed(query, V1_NAMES)));
        if (reply.status() == 404 && !reply.routeMissing()) {
            return Optional.empty();
        }
        if (!reply.ok()) {
            throw unexpected("folders of environment \"" + source.environment() + "\"", reply);
        }
        List<JsonNode> children = new ArrayList<>();
        array(reply.object().path("folders"), "folders").forEach(children::add);
        return Optional.of(children);
    }

    private static KmsProject project(JsonNode node) {
        List<Environment> environments = new ArrayList<>();
        for (JsonNode e : node.path("environments")) {
            environments.add(new Environment(required(e, "id"), required(e, "slug"), text(e, "name")));
        }
        String id = text(node, "id");
        return new KmsProject(
                id == null ? required(node, "_id") : id,
                text(node, "name"),
                text(node, "slug"),
                text(node, "orgId"),
                List.copyOf(environments));
    }

    // ---- Secrets

    /** The query of a list call; every boolean explicit, because their defaults differ between versions of the KMS. */
    static KmsRequest list(Dialect dialect, Source source, boolean values, boolean expand, boolean imports) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put(dialect == Dialect.V4 ? "projectId" : "workspaceId", source.projectId());
        query.put("environment", source.environment());
        query.put("secretPath", source.secretPath());
        query.put("viewSecretValue", Boolean.toString(values));
        query.put("expandSecretReferences", Boolean.toString(expand));
        query.put("recursive", Boolean.toString(source.subFolders()));
        if (dialect == Dialect.V4) {
            query.put("includePersonalOverrides", "false");
        }
        query.put(dialect == Dialect.V4 ? "includeImports" : "include_imports", Boolean.toString(imports));
        return KmsRequest.list(dialect == Dialect.V4 ? "/api/v4/secrets" : "/api/v3/secrets/raw", query);
    }

    /**
     * Everything at a source: its own secrets, and what it imports.
     *
     * @param conditional puts the ETag into a request, where one belongs to it
     * @param etag names the content of an answer to a request, given the KMS's own name for it
     * @throws KmsException see {@link KmsSource#fetch}
     */
    SourceRead read(
            KmsAccess access,
            Source source,
            UnaryOperator<KmsRequest> conditional,
            BiFunction<KmsRequest, String, String> etag) {
        Listing listing = list(access, source, true, true, true, conditional);
        KmsReply reply = listing.reply();
        if (reply.status() == 304 && listing.request().etag() != null) {
            return new SourceRead.NotModified();
        }
        if (!reply.ok()) {
            throw unreadable(source, reply);
        }
        JsonNode body = reply.listing();
        if (source.subFolders()) {
            SourceSnapshot all = folders.read(access, source, body);
            return new SourceRead.Changed(new SourceSnapshot(
                    all.secrets(), all.imports(), etag.apply(listing.request(), reply.header("ETag"))));
        }
        Map<String, JsonNode> own = own(body);
        List<Block> blocks = blocks(body);
        SortedMap<String, JsonNode> merged = merge(own, blocks);
        refuseHidden(source, merged);
        Set<Source> imported = verifyImports(access, source, own, blocks, merged);
        SortedMap<String, SourceSecret> secrets = new TreeMap<>();
        merged.forEach((key, node) -> secrets.put(key, secret("", key, node)));
        return new SourceRead.Changed(
                new SourceSnapshot(secrets, imported, etag.apply(listing.request(), reply.header("ETag"))));
    }

    /** The secrets of the folder itself, references as they stand. */
    SortedMap<String, SourceSecret> own(KmsAccess access, Source source) {
        KmsReply reply = list(access, source, true, false, false, UnaryOperator.identity())
                .reply();
        if (!reply.ok()) {
            throw unreadable(source, reply);
        }
        SortedMap<String, JsonNode> own = new TreeMap<>(own(reply.listing()));
        refuseHidden(source, own);
        SortedMap<String, SourceSecret> secrets = new TreeMap<>();
        own.forEach((key, node) -> secrets.put(key, secret("", key, node)));
        return secrets;
    }

    Listing list(
            KmsAccess access,
            Source source,
            boolean values,
            boolean expand,
            boolean imports,
            UnaryOperator<KmsRequest> conditional) {
        KmsRequest request = conditional.apply(list(dialect, source, values, expand, imports));
        KmsReply reply = access.send(request);
        if (dialect == Dialect.V4 && reply.routeMissing()) {
            KmsRequest older = conditional.apply(list(Dialect.V3, source, values, expand, imports));
            KmsReply olderReply = access.send(older);
            if (!olderReply.routeMissing()) {
                remember(Dialect.V3);
                return new Listing(older, olderReply);
            }
        }
        return new Listing(request, reply);
    }

    private static Map<String, JsonNode> own(JsonNode body) {
        Map<String, JsonNode> own = new LinkedHashMap<>();
        for (JsonNode secret : array(body.path("secrets"), "secrets")) {
            if (shared(secret) && own.put(required(secret, "secretKey"), secret) != null) {
                throw new KmsException(
                        SourceFailure.PROTOCOL,
                        "The KMS answered with two secrets named " + required(secret, "secretKey")
                                + ", as if it had read subfolders.");
            }
        }
        return own;
    }

    private static List<Block> blocks(JsonNode body) {
        List<Block> blocks = new ArrayList<>();
        JsonNode imports = body.path("imports");
        if (imports.isMissingNode() || imports.isNull()) {
            return blocks;
        }
        for (JsonNode one : array(imports, "imports")) {
            if (one.path("isReplication").asBoolean(false)) {
                continue;
            }
            Map<String, JsonNode> secrets = new LinkedHashMap<>();
            JsonNode list = one.path("secrets");
            for (JsonNode secret :
                    list.isMissingNode() || list.isNull() ? List.<JsonNode>of() : array(list, "secrets")) {
                if (shared(secret)) {
                    // The imported folder's own secrets stand before those it imports itself, and win.
                    secrets.putIfAbsent(required(secret, "secretKey"), secret);
                }
            }
            blocks.add(new Block(text(one, "environment"), path(text(one, "secretPath")), secrets));
        }
        return blocks;
    }

    /** Own secrets win; among imports the later one does, as in the KMS's own sync job (specification 2.5). */
    private static SortedMap<String, JsonNode> merge(Map<String, JsonNode> own, List<Block> blocks) {
        SortedMap<String, JsonNode> merged = new TreeMap<>(own);
        for (int i = blocks.size() - 1; i >= 0; i--) {
            blocks.get(i).secrets().forEach(merged::putIfAbsent);
        }
        return merged;
    }

    static void refuseHidden(Source source, SortedMap<String, JsonNode> secrets) {
        List<String> hidden = secrets.entrySet().stream()
                .filter(e -> e.getValue().path("secretValueHidden").asBoolean(false))
                .map(Map.Entry::getKey)
                .toList();
        if (!hidden.isEmpty()) {
            throw new SourceUnreadableException(
                    SourceFailure.HIDDEN_VALUES,
                    "The KMS hides values at " + place(source) + " from this identity",
                    hidden);
        }
    }

    static boolean shared(JsonNode secret) {
        return secret.path("type").asText("shared").equals("shared");
    }

    /**
     * @param folder below the source; empty for the source's own
     */
    static SourceSecret secret(String folder, String key, JsonNode node) {
        JsonNode value = node.path("secretValue");
        if (!value.isTextual() && !value.isNull() && !value.isMissingNode()) {
            throw new KmsException(SourceFailure.PROTOCOL, "The KMS's value of " + key + " is no text.");
        }
        List<SourceSecret.Metadata> metadata = new ArrayList<>();
        for (JsonNode one : node.path("secretMetadata")) {
            metadata.add(new SourceSecret.Metadata(
                    required(one, "key"),
                    one.path("value").asText(""),
                    one.path("isEncrypted").asBoolean(false)));
        }
        return new SourceSecret(
                folder, key, SecretText.of(value.isTextual() ? value.asText() : ""), List.copyOf(metadata));
    }

    // ---- Imports: what the KMS keeps back it does not mention (specification 2.7)

    /**
     * Checks that the answer holds all that the source imports. The KMS drops what an identity may not read without a word,
     * and a secret that is missing would be deleted at the destination; so the imports are listed, and the names in each
     * imported folder compared. Where the identity may not list the imports, nothing can be checked and the read fails. A
     * KMS without that call is taken at its word: only the imports it answered with are checked.
     *
     * @return the folders it imports, and those that they import
     */
    private Set<Source> verifyImports(
            KmsAccess access,
            Source source,
            Map<String, JsonNode> own,
            List<Block> blocks,
            SortedMap<String, JsonNode> merged) {
        KmsReply reply = imports(access, source);
        List<Source> expected = new ArrayList<>();
        if (reply.ok()) {
            for (JsonNode one : array(reply.object().path("secretImports"), "secretImports")) {
                if (!one.path("isReplication").asBoolean(false)
                        && !one.path("isReserved").asBoolean(false)) {
                    expected.add(new Source(
                            source.projectId(),
                            required(one.path("importEnv"), "slug"),
                            path(required(one, "importPath"))));
                }
            }
        } else if (reply.routeMissing()) {
            blocks.stream()
                    .filter(b -> b.environment() != null)
                    .forEach(b -> expected.add(new Source(source.projectId(), b.environment(), b.path())));
        } else if (reply.status() == 404) {
            throw new KmsException(SourceFailure.FOLDER_GONE, FOLDER_GONE);
        } else if (reply.status() == 403) {
            throw new SourceUnreadableException(
                    SourceFailure.PARTIAL_IMPORTS,
                    "This identity may not list the imports at " + place(source)
                            + ", so it is not known whether the read is complete",
                    List.of());
        } else {
            throw unexpected("imports", reply);
        }
        Set<Source> all = new HashSet<>(expected);
        for (Source imported : expected) {
            all.addAll(verifyImport(access, source, imported, own.keySet(), blocks, merged));
        }
        return all;
    }

    /** @return the folders that the imported one imports itself */
    private Set<Source> verifyImport(
            KmsAccess access,
            Source source,
            Source imported,
            Set<String> own,
            List<Block> blocks,
            SortedMap<String, JsonNode> merged) {
        Set<String> got = new HashSet<>(own);
        boolean unresolved = false;
        for (Block block : blocks) {
            if (imported.secretPath().equals(block.path())
                    && imported.environment().equals(block.environment())) {
                got.addAll(block.secrets().keySet());
                unresolved |= block.secrets().values().stream()
                        .anyMatch(s -> REFERENCE
                                .matcher(s.path("secretValue").asText(""))
                                .find());
            }
        }
        // A reference that cannot be read stays in an imported value as it is, like one to nothing; asked for directly,
        // the folder tells the two apart.
        KmsReply reply = list(access, imported, unresolved, unresolved, true, UnaryOperator.identity())
                .reply();
        if (reply.status() == 404 && !reply.routeMissing()) {
            return Set.of();
        }
        if (reply.status() == 403 && !isReference(reply)) {
            throw new SourceUnreadableException(
                    SourceFailure.PARTIAL_IMPORTS,
                    place(source) + " imports " + place(imported) + ", which this identity may not read",
                    List.of());
        }
        if (!reply.ok()) {
            throw unreadable(imported, reply);
        }
        JsonNode body = reply.listing();
        List<String> missing = new ArrayList<>(own(body).keySet());
        missing.removeAll(got);
        Set<Source> further = new HashSet<>();
        for (Block nested : blocks(body)) {
            if (nested.environment() != null) {
                further.add(new Source(source.projectId(), nested.environment(), nested.path()));
            }
            // With imports in a circle these may come from anywhere: it is enough that none is missing altogether.
            nested.secrets().keySet().stream()
                    .filter(key -> !got.contains(key) && !merged.containsKey(key) && !missing.contains(key))
                    .forEach(missing::add);
        }
        if (!missing.isEmpty()) {
            throw new SourceUnreadableException(
                    SourceFailure.PARTIAL_IMPORTS,
                    place(source) + " imports " + place(imported) + ", of which this identity was not given all",
                    missing.stream().sorted().toList());
        }
        return further;
    }

    private static KmsReply imports(KmsAccess access, Source source) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("projectId", source.projectId());
        query.put("environment", source.environment());
        query.put("path", source.secretPath());
        return newestServed(
                access,
                KmsRequest.get(Quota.SECRETS, "/api/v2/secret-imports", query),
                KmsRequest.get(Quota.SECRETS, "/api/v1/secret-imports", renamed(query, V1_NAMES)));
    }

    // ---- Answers

    static String place(Source source) {
        return "\"" + source.environment() + ":" + source.secretPath() + "\"";
    }

    private static boolean isReference(KmsReply reply) {
        return reply.message().startsWith("Failed to expand");
    }

    static KmsException unreadable(Source source, KmsReply reply) {
        if (reply.status() == 404 && !reply.routeMissing()) {
            return new KmsException(SourceFailure.FOLDER_GONE, FOLDER_GONE);
        }
        if (reply.status() == 403 && isReference(reply)) {
            return new KmsException(
                    SourceFailure.REFERENCE,
                    "The KMS could not resolve references in secrets at " + place(source) + ": " + reply.message());
        }
        return unexpected("secrets at " + place(source), reply);
    }

    /** @param what was asked for, for the message */
    static KmsException unexpected(String what, KmsReply reply) {
        String said = reply.message().isEmpty() ? "" : ": " + reply.message();
        if (reply.status() == 403) {
            return new KmsException(SourceFailure.FORBIDDEN, "The KMS refused the " + what + said);
        }
        if (reply.status() >= 500) {
            // What an inner error says is for nobody.
            return new KmsException(
                    SourceFailure.UNAVAILABLE, "The KMS failed on the " + what + " (" + reply.status() + ").");
        }
        return new KmsException(
                SourceFailure.PROTOCOL, "The KMS answered " + reply.status() + " for the " + what + said);
    }

    /** Asks by the older name of a call where the KMS does not have the newer. */
    static KmsReply newestServed(KmsAccess access, KmsRequest newer, KmsRequest older) {
        KmsReply reply = access.send(newer);
        if (!reply.routeMissing()) {
            return reply;
        }
        KmsReply olderReply = access.send(older);
        return olderReply.routeMissing() ? reply : olderReply;
    }

    static Map<String, String> renamed(Map<String, String> query, Map<String, String> names) {
        Map<String, String> renamed = new LinkedHashMap<>();
        query.forEach((name, value) -> renamed.put(names.getOrDefault(name, name), value));
        return renamed;
    }

    private static JsonNode firstOf(JsonNode object, String... names) {
        for (String name : names) {
            if (object.hasNonNull(name)) {
                return object.get(name);
            }
        }
        throw new KmsException(SourceFailure.PROTOCOL, "The KMS's answer has no \"" + names[0] + "\".");
    }

    static JsonNode array(JsonNode node, String name) {
        if (!node.isArray()) {
            throw new KmsException(SourceFailure.PROTOCOL, "The KMS's answer has no list \"" + name + "\".");
        }
        return node;
    }

    static String text(JsonNode node, String name) {
        return node.path(name).isTextual() ? node.path(name).asText() : null;
    }

    static String required(JsonNode node, String name) {
        String text = text(node, name);
        if (text == null || text.isEmpty()) {
            throw new KmsException(SourceFailure.PROTOCOL, "The KMS's answer has an entry without \"" + name + "\".");
        }
        return text;
    }

    static String path(String text) {
        String path = text == null ? "" : text.replaceAll("/+$", "");
        return path.isEmpty() ? "/" : path;
    }

    record Listing(KmsRequest request, KmsReply reply) {}

    /** An imported folder as the KMS answered it; the record does not show itself. */
    private record Block(String environment, String path, Map<String, JsonNode> secrets) {
        @Override
        public String toString() {
            return "Block[" + environment + ":" + path + "]";
        }
    }
}
