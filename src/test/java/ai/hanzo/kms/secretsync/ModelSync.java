package ai.hanzo.kms.secretsync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** A sync as it was asked for, and what its documentation says that this means. Nothing here asks the service. */
final class ModelSync {
    static final String ONE_TO_ONE = "one-to-one";
    static final String MANY_TO_ONE = "many-to-one";
    static final String OVERWRITE = "overwrite-destination";
    static final String SOURCE_FIRST = "import-prioritize-source";
    static final String DESTINATION_FIRST = "import-prioritize-destination";
    private static final String KEY = "{{secretKey}}";
    private static final String PATH = "{{secretPath}}/";
    private static final int LARGEST = 65_536;
    /** The one member of an index. */
    private static final String INDEX = "kms-secret-sync/shards";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    final String label;
    UUID id;
    String path;
    String region;
    String mapping = ONE_TO_ONE;
    String secretName = "app";
    String schema = "";
    String behavior = OVERWRITE;
    boolean deletionDisabled;
    String keyId;
    /** Null where the sync has no say in tags. */
    SortedMap<String, String> tags;

    boolean metadataAsTags;
    /** KMS keys by region, null for a default key; null where the sync has no say in replicas. */
    SortedMap<String, String> replicas;

    /** The one key that the sync does not take; null for none. */
    String excluded;
    /** Whether every key X is called r-X. */
    boolean renames;
    /** Whether the one key A is called B. */
    boolean renamesOne;
    /** How long what was left behind is kept, in days; null where it stays. */
    Integer graceDays;
    /** Null for what happens where nothing is said. */
    String tagMode;

    boolean requireApproval;
    /** Whether it is to take the folders below its own, too, where it imports nothing. */
    boolean subFolders;
    /** Whether an object that is too large is to be divided, where no keys of others stay in it. */
    boolean sharding;

    /** Account that the resource policy lets in, null where there is to be none. */
    String policy;

    boolean follows;
    /** Another region for the same secrets, null for none. */
    String otherRegion;
    /** The sync of which this is that other destination, null for a sync by itself. */
    ModelSync first;
    /** Whether deletions were approved that its next run may carry out. */
    boolean approved;

    ModelSync(String label) {
        this.label = label;
    }

    boolean manyToOne() {
        return mapping.equals(MANY_TO_ONE);
    }

    boolean imports() {
        return !behavior.equals(OVERWRITE);
    }

    boolean takesSubFolders() {
        return subFolders && !imports();
    }

    boolean divides() {
        return sharding && manyToOne() && !keepsForeignKeys();
    }

    boolean managesTags() {
        return tags != null || metadataAsTags;
    }

    boolean changesTags() {
        return managesTags() && !"never".equals(tagMode);
    }

    /** Whether tags of others go. */
    boolean replacesTags() {
        return managesTags() && "replace".equals(tagMode);
    }

    // Rules for keys. A secret of the source is its key, after the folder below that of the sync where it is in one.

    private boolean takes(String key) {
        return !key.equals(excluded);
    }

    private static String keyIn(String secret) {
        return secret.substring(secret.lastIndexOf('/') + 1);
    }

    /** What a key is called, before the key schema is applied. */
    private String called(String key) {
        if (renamesOne && key.equals("A")) {
            return "B";
        }
        return renames ? "r-" + key : key;
    }

    /** Whether there can be a key that is taken and called so. */
    boolean canBeCalled(String called) {
        if (renamesOne && called.equals("B") && takes("A")) {
            return true;
        }
        if (renames) {
            String key = called.startsWith("r-") ? called.substring(2) : "";
            return !key.isEmpty() && takes(key) && called(key).equals(called);
        }
        return takes(called) && called(called).equals(called);
    }

    /** The secrets that the sync takes of all that the KMS has, by folder. */
    Map<String, String> taken(Map<String, Map<String, String>> kms) {
        Map<String, String> taken = new TreeMap<>();
        kms.forEach((folder, secrets) -> {
            String below =
                    folder.equals(path) ? "" : folder.substring(Math.min(folder.length(), path.length() + 1)) + "/";
            if (folder.equals(path) || takesSubFolders() && folder.startsWith(path + "/")) {
                secrets.forEach((key, value) -> taken.put(below + key, value));
            }
        });
        taken.keySet().removeIf(secret -> !takes(keyIn(secret)));
        return taken;
    }

    /** Whether several secrets would be one: in AWS, or with many-to-one in the object. */
    private boolean twice(String secret, Map<String, String> source) {
        return source.keySet().stream()
                        .filter(other -> becomes(other).equals(becomes(secret)))
                        .count()
                > 1;
    }

    private String becomes(String secret) {
        return manyToOne() ? called(keyIn(secret)) : nameOf(secret);
    }

    private boolean hasTwice(Map<String, String> source) {
        return source.keySet().stream().anyMatch(secret -> twice(secret, source));
    }

    /** With many-to-one: the object that the sync makes of a source. */
    SortedMap<String, String> calledAs(Map<String, String> source) {
        SortedMap<String, String> called = new TreeMap<>();
        source.forEach((secret, value) -> called.put(called(keyIn(secret)), value));
        return called;
    }

    /** With many-to-one: whether keys of others stay. */
    boolean keepsForeignKeys() {
        return deletionDisabled || imports();
    }

    // The request

    Map<String, Object> destination() {
        Map<String, Object> destination = new HashMap<>(Map.of("mappingBehavior", mapping, "region", region));
        if (manyToOne()) {
            destination.put("secretName", secretName);
        }
        if (otherRegion != null) {
            destination.put("additionalDestinations", List.of(Map.of("region", otherRegion)));
        }
        return destination;
    }

    /** What the other destination of this sync is to be like. */
    void mirrorTo(ModelSync other) {
        other.path = path;
        other.region = otherRegion;
        other.mapping = mapping;
        other.secretName = secretName;
        other.schema = schema;
        other.behavior = behavior.equals(DESTINATION_FIRST) ? SOURCE_FIRST : behavior;
        other.deletionDisabled = deletionDisabled;
        other.keyId = keyId;
        other.tags = tags;
        other.excluded = excluded;
        other.renames = renames;
        other.renamesOne = renamesOne;
        other.tagMode = tagMode;
        // What was approved by the one option is not by the other.
        other.approved &= other.requireApproval == requireApproval;
        other.requireApproval = requireApproval;
        other.subFolders = subFolders;
        other.sharding = sharding;
        other.graceDays = graceDays;
        other.metadataAsTags = metadataAsTags;
        other.replicas = replicas;
        other.policy = policy;
        other.follows = follows;
    }

    Map<String, Object> options() {
        Map<String, Object> options = new HashMap<>(Map.of(
                "initialSyncBehavior", behavior, "keySchema", schema, "disableSecretDeletion", deletionDisabled));
        if (keyId != null) {
            options.put("keyId", keyId);
        }
        if (tags != null) {
            List<Map<String, String>> list = new ArrayList<>();
            tags.forEach((key, value) -> list.add(Map.of("key", key, "value", value)));
            options.put("tags", list);
        }
        if (replicas != null) {
            List<Map<String, String>> list = new ArrayList<>();
            replicas.forEach((place, key) ->
                    list.add(key == null ? Map.of("region", place) : Map.of("region", place, "keyId", key)));
            options.put("replicaRegions", list);
        }
        if (policy != null) {
            options.put("resourcePolicy", Map.of("Version", "2012-10-17", "Statement", List.of(statement(policy))));
        }
        if (metadataAsTags && !manyToOne()) {
            options.put("syncSecretMetadataAsTags", true);
        }
        List<Map<String, String>> rename = new ArrayList<>();
        if (renamesOne) {
            rename.add(Map.of("from", "A", "to", "B"));
        }
        if (renames) {
            rename.add(Map.of("from", "*", "to", "r-*"));
        }
        if (excluded != null || !rename.isEmpty()) {
            options.put(
                    "keyRules", Map.of("exclude", excluded == null ? List.of() : List.of(excluded), "rename", rename));
        }
        if (tagMode != null && (managesTags() || !tagMode.equals("replace"))) {
            options.put("tagMode", tagMode);
        }
        if (graceDays != null) {
            options.put("move", Map.of("graceDays", graceDays));
        }
        if (requireApproval) {
            options.put("requireApproval", true);
        }
        if (takesSubFolders()) {
            options.put("includeAllSubFolders", true);
        }
        if (divides()) {
            options.put("sharding", true);
        }
        return options;
    }

    static Map<String, Object> statement(String account) {
        return Map.of(
                "Effect",
                "Allow",
                "Principal",
                Map.of("AWS", "arn:aws:iam::" + account + ":root"),
                "Action",
                "secretsmanager:GetSecretValue",
                "Resource",
                "*");
    }

    // Names

    /** The key schema with the environment and the sync's own folder in place; folders below it are not. */
    String template() {
        String folder = path.substring(1) + "/" + (takesSubFolders() ? PATH : "");
        return schema.isEmpty() ? KEY : schema.replace("{{environment}}", "dev").replace(PATH, folder);
    }

    /** What a secret of the source is called in AWS, one-to-one. */
    String nameOf(String secret) {
        String key = keyIn(secret);
        String folder = secret.substring(0, secret.length() - key.length());
        return template().replace(PATH, folder).replace(KEY, called(key));
    }

    /** With many-to-one the one name. */
    String target() {
        return template().replace(PATH, "").replace(KEY, secretName);
    }

    boolean covers(String name) {
        return manyToOne()
                ? name.equals(target()) || isShard(name)
                : keyOf(name).isPresent();
    }

    /** Whether it is a name of a part of the object. */
    boolean isShard(String name) {
        return divides()
                && name.startsWith(shard(""))
                && name.substring(shard("").length()).matches("[01]+");
    }

    private String shard(String bits) {
        return target() + "/shard-" + bits;
    }

    /** What the key of a secret must be called to have a name. */
    Optional<String> keyOf(String name) {
        String template = template().replace(PATH, "");
        String prefix = template.substring(0, template.indexOf(KEY));
        String suffix = template.substring(prefix.length() + KEY.length());
        if (name.length() <= prefix.length() + suffix.length() || !name.startsWith(prefix) || !name.endsWith(suffix)) {
            return Optional.empty();
        }
        String key = name.substring(prefix.length(), name.length() - suffix.length());
        if (template().contains(PATH)) {
            boolean nameless = ("/" + key + "/").contains("//");
            return nameless ? Optional.empty() : Optional.of(keyIn(key));
        }
        return template.contains("/") && key.contains("/") ? Optional.empty() : Optional.of(key);
    }

    // What is wanted

    /** Values by name in AWS: what can be written, one-to-one as it stands, many-to-one as a JSON object or its parts. */
    SortedMap<String, String> wanted(Map<String, String> source) {
        if (manyToOne()) {
            return source.isEmpty() || hasTwice(source) ? new TreeMap<>() : object(calledAs(source));
        }
        SortedMap<String, String> wanted = new TreeMap<>();
        source.forEach((secret, value) -> {
            if (!value.isEmpty() && value.length() <= LARGEST && !twice(secret, source)) {
                wanted.put(nameOf(secret), value);
            }
        });
        return wanted;
    }

    private SortedMap<String, String> object(SortedMap<String, String> members) {
        SortedMap<String, String> wanted = new TreeMap<>();
        String whole = json(members);
        if (whole.length() <= LARGEST) {
            wanted.put(target(), whole);
        } else if (divides()
                && members.entrySet().stream()
                        .allMatch(member -> json(Map.ofEntries(member)).length() <= LARGEST)) {
            divide("", members, wanted);
            wanted.put(target(), json(Map.of(INDEX, List.copyOf(wanted.keySet()))));
        }
        return wanted;
    }

    /** Puts each member where the hash of its key says, by as many of its bits as it takes for all that go there to fit. */
    private void divide(String bits, SortedMap<String, String> members, Map<String, String> shards) {
        for (String more : List.of(bits + "0", bits + "1")) {
            SortedMap<String, String> part = new TreeMap<>(members);
            part.keySet().removeIf(key -> !hash(key).startsWith(more));
            if (json(part).length() > LARGEST) {
                divide(more, part, shards);
            } else if (!part.isEmpty()) {
                shards.put(shard(more), json(part));
            }
        }
    }

    /** The SHA-256 of a key, as ones and noughts. */
    private static String hash(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, hash).setBit(8 * hash.length).toString(2).substring(1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names that the source has, whether their values can be written or not. */
    boolean inSource(String name, Map<String, String> source) {
        if (manyToOne()) {
            SortedMap<String, String> wanted = wanted(source);
            return name.equals(target()) || wanted.isEmpty() || wanted.containsKey(name);
        }
        return source.keySet().stream().anyMatch(secret -> nameOf(secret).equals(name));
    }

    /** Whether something of the source cannot be written, which the run has to tell as a failure. */
    boolean hasUnwritable(Map<String, String> source) {
        return hasTwice(source)
                || (manyToOne()
                        ? !source.isEmpty() && wanted(source).isEmpty()
                        : source.values().stream().anyMatch(value -> value.length() > LARGEST));
    }

    private static String json(Map<String, ?> members) {
        try {
            return JSON.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The members of a JSON object as texts; empty where it is none. */
    static Optional<SortedMap<String, String>> members(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isObject()) {
                return Optional.empty();
            }
            SortedMap<String, String> members = new TreeMap<>();
            node.properties()
                    .forEach(member -> members.put(
                            member.getKey(),
                            member.getValue().isTextual()
                                    ? member.getValue().textValue()
                                    : member.getValue().toString()));
            return Optional.of(members);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The shards that an object names where it is an index, which is told to workloads; none otherwise. */
    static List<String> shards(String text) {
        try {
            JsonNode named = JSON.readTree(text).path(INDEX);
            List<String> shards = new ArrayList<>();
            named.forEach(name -> shards.add(name.textValue()));
            return shards;
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return label + "[" + mapping + (manyToOne() ? " " + secretName : "") + " " + path + " -> " + region + " \""
                + schema
                + "\" " + behavior + (deletionDisabled ? " keeps" : "") + (keyId == null ? "" : " key " + keyId)
                + (tags == null ? "" : " tags " + tags) + (metadataAsTags ? " metadata" : "")
                + (excluded == null ? "" : " without " + excluded) + (renames ? " renames" : "")
                + (renamesOne ? " renames A" : "") + (tagMode == null ? "" : " tags " + tagMode)
                + (requireApproval ? " approved" : "")
                + (takesSubFolders() ? " sub-folders" : "") + (divides() ? " divides" : "")
                + (graceDays == null ? "" : " moves after " + graceDays)
                + (replicas == null ? "" : " replicas " + replicas)
                + (policy == null ? "" : " policy " + policy) + "]";
    }
}
