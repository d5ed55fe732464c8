package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Reads a folder with all folders below it. One conditional request tells whether anything changed; only then is more asked.
 *
 * <p>The KMS leaves out folders that an identity may not see, and those deeper than it reads, without a word, and secrets that
 * are missing would be deleted at the destination: so the folders are listed, and those of which nothing came are asked about one by
 * one. Nor does it say which folder an import belongs to: where there are imports, every folder is read by itself.
 */
final class SubFolders {
    private final KmsReader reader;

    SubFolders(KmsReader reader) {
        this.reader = reader;
    }

    /**
     * @param listing what the recursive list call answered
     * @return without an ETag
     * @throws SourceUnreadableException HIDDEN_VALUES, PARTIAL_IMPORTS or PARTIAL_FOLDERS
     */
    SourceSnapshot read(KmsAccess access, Source source, JsonNode listing) {
        Set<String> folders = below(access, source);
        if (listing.path("imports").size() > 0) {
            folders.add("");
            return eachByItself(access, source, folders);
        }
        SortedMap<String, JsonNode> nodes = new TreeMap<>();
        Map<String, String> foldersOf = new HashMap<>();
        for (JsonNode secret : KmsReader.array(listing.path("secrets"), "secrets")) {
            if (KmsReader.shared(secret)) {
                String folder = relative(source, KmsReader.path(KmsReader.required(secret, "secretPath")));
                String key = KmsReader.required(secret, "secretKey");
                String path = folder.isEmpty() ? key : folder + "/" + key;
                if (nodes.put(path, secret) != null) {
                    throw new KmsException(
                            SourceFailure.PROTOCOL, "The KMS answered with two secrets at " + path + ".");
                }
                foldersOf.put(path, folder);
            }
        }
        KmsReader.refuseHidden(source, nodes);
        Set<String> silent = new TreeSet<>(folders);
        silent.removeAll(foldersOf.values());
        silent.forEach(folder -> requireEmpty(access, source, folder));
        SortedMap<String, SourceSecret> secrets = new TreeMap<>();
        nodes.forEach((path, node) ->
                secrets.put(path, KmsReader.secret(foldersOf.get(path), KmsReader.required(node, "secretKey"), node)));
        return new SourceSnapshot(secrets, Set.of(), null);
    }

    private SourceSnapshot eachByItself(KmsAccess access, Source source, Set<String> folders) {
        SortedMap<String, SourceSecret> secrets = new TreeMap<>();
        Set<Source> imports = new HashSet<>();
        for (String folder : folders) {
            SourceRead read =
                    reader.read(access, alone(source, folder), UnaryOperator.identity(), (request, etag) -> null);
            if (!(read instanceof SourceRead.Changed changed)) {
                throw new KmsException(
                        SourceFailure.PROTOCOL, "The KMS answered 304 to a request without a condition.");
            }
            imports.addAll(changed.snapshot().imports());
            for (SourceSecret secret : changed.snapshot().secrets().values()) {
                SourceSecret placed = new SourceSecret(folder, secret.key(), secret.value(), secret.metadata());
                if (secrets.put(placed.path(), placed) != null) {
                    throw new KmsException(
                            SourceFailure.PROTOCOL, "The KMS answered with two secrets at " + placed.path() + ".");
                }
            }
        }
        return new SourceSnapshot(secrets, imports, null);
    }

    /** A folder of which the recursive call gave nothing has nothing, or it was kept back. */
    private void requireEmpty(KmsAccess access, Source source, String folder) {
        Source alone = alone(source, folder);
        KmsReply reply = reader.list(access, alone, false, false, false, UnaryOperator.identity())
                .reply();
        if (reply.status() == 404 && !reply.routeMissing()) {
            // It has gone in the meantime.
            return;
        }
        boolean kept = reply.status() == 403
                || reply.ok()
                        && KmsReader.array(reply.listing().path("secrets"), "secrets")
                                        .size()
                                > 0;
        if (kept) {
            throw new SourceUnreadableException(
                    SourceFailure.PARTIAL_FOLDERS,
                    "The KMS gave nothing of " + KmsReader.place(alone) + " with the folders below "
                            + KmsReader.place(source),
                    List.of());
        }
        if (!reply.ok()) {
            throw KmsReader.unreadable(alone, reply);
        }
    }

    /** All folders below a source, as they are called in {@link SourceSecret#folder}. */
    private static Set<String> below(KmsAccess access, Source source) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("projectId", source.projectId());
        query.put("environment", source.environment());
        query.put("path", source.secretPath());
        query.put("recursive", "true");
        KmsReply reply = KmsReader.newestServed(
                access,
                KmsRequest.get(Quota.READ, "/api/v2/folders", query),
                KmsRequest.get(Quota.READ, "/api/v1/folders", KmsReader.renamed(query, KmsReader.V1_NAMES)));
        if (reply.status() == 403) {
            throw new SourceUnreadableException(
                    SourceFailure.PARTIAL_FOLDERS,
                    "This identity may not list the folders below " + KmsReader.place(source)
                            + ", so it is not known whether the read is complete",
                    List.of());
        }
        if (!reply.ok()) {
            throw KmsReader.unreadable(source, reply);
        }
        // The path of each by way of its parents: not every KMS gives it.
        Map<String, JsonNode> byId = new HashMap<>();
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode folder : KmsReader.array(reply.object().path("folders"), "folders")) {
            byId.put(KmsReader.required(folder, "id"), folder);
            all.add(folder);
        }
        Set<String> paths = new TreeSet<>();
        for (JsonNode folder : all) {
            StringBuilder path = new StringBuilder(KmsReader.required(folder, "name"));
            Set<String> seen = new HashSet<>();
            JsonNode parent = byId.get(KmsReader.text(folder, "parentId"));
            while (parent != null && seen.add(KmsReader.required(parent, "id"))) {
                path.insert(0, KmsReader.required(parent, "name") + "/");
                parent = byId.get(KmsReader.text(parent, "parentId"));
            }
            paths.add(path.toString());
        }
        return paths;
    }

    private static Source alone(Source source, String folder) {
        return new Source(source.projectId(), source.environment(), source.pathOf(folder));
    }

    private static String relative(Source source, String path) {
        if (path.equals(source.secretPath())) {
            return "";
        }
        String base = source.secretPath().equals("/") ? "/" : source.secretPath() + "/";
        if (!path.startsWith(base)) {
            throw new KmsException(
                    SourceFailure.PROTOCOL,
                    "The KMS answered with a secret at " + path + ", which is not below " + source.secretPath() + ".");
        }
        return path.substring(base.length());
    }
}
