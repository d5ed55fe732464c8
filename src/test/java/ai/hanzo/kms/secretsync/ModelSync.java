package ai.hanzo.kms.secretsync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
    private static final int LARGEST = 65_536;
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

    // Rules for keys

    boolean takes(String key) {
        return !key.equals(excluded);
    }

    /** What a key is called, before the key schema is applied. */
    String called(String key) {
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

    /** The part of a folder's secrets that the sync takes. */
    Map<String, String> taken(Map<String, String> folder) {
        Map<String, String> taken = new TreeMap<>(folder);
        taken.keySet().removeIf(key -> !takes(key));
        return taken;
    }

    /** Keys as they are called, of which several may be one. */
    private boolean twice(String called, Map<String, String> source) {
        return source.keySet().stream()
                        .filter(key -> called(key).equals(called))
                        .count()
                > 1;
    }

    private boolean hasTwice(Map<String, String> source) {
        return source.keySet().stream().anyMatch(key -> twice(called(key), source));
    }

    /** What the sync makes of a source: the secrets as they are called. */
    SortedMap<String, String> calledAs(Map<String, String> source) {
        SortedMap<String, String> called = new TreeMap<>();
        source.forEach((key, value) -> called.put(called(key), value));
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
        other.requireApproval = requireApproval;
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

    /** The key schema with the environment in place. */
    String template() {
        return schema.isEmpty() ? KEY : schema.replace("{{environment}}", "dev");
    }

    String nameOf(String key) {
        return template().replace(KEY, key);
    }

    /** With many-to-one the one name. */
    String target() {
        return nameOf(secretName);
    }

    boolean covers(String name) {
        return manyToOne() ? name.equals(target()) : keyOf(name).isPresent();
    }

    Optional<String> keyOf(String name) {
        String template = template();
        String prefix = template.substring(0, template.indexOf(KEY));
        String suffix = template.substring(prefix.length() + KEY.length());
        if (name.length() <= prefix.length() + suffix.length() || !name.startsWith(prefix) || !name.endsWith(suffix)) {
            return Optional.empty();
        }
        String key = name.substring(prefix.length(), name.length() - suffix.length());
        return template.contains("/") && key.contains("/") ? Optional.empty() : Optional.of(key);
    }

    // What is wanted

    /** Values by name in AWS: what can be written, one-to-one as it stands, many-to-one as a JSON object. */
    SortedMap<String, String> wanted(Map<String, String> source) {
        SortedMap<String, String> wanted = new TreeMap<>();
        if (manyToOne()) {
            if (!source.isEmpty() && !hasTwice(source) && json(source).length() <= LARGEST) {
                wanted.put(target(), json(source));
            }
            return wanted;
        }
        source.forEach((key, value) -> {
            if (!value.isEmpty() && value.length() <= LARGEST && !twice(called(key), source)) {
                wanted.put(nameOf(called(key)), value);
            }
        });
        return wanted;
    }

    /** Names that the source has, whether their values can be written or not. */
    boolean inSource(String name, Map<String, String> source) {
        return manyToOne()
                ? name.equals(target())
                : source.keySet().stream().anyMatch(key -> nameOf(called(key)).equals(name));
    }

    /** Whether something of the source cannot be written, which the run has to tell as a failure. */
    boolean hasUnwritable(Map<String, String> source) {
        return hasTwice(source) || hasTooLarge(source);
    }

    private boolean hasTooLarge(Map<String, String> source) {
        return manyToOne()
                ? json(source).length() > LARGEST
                : source.values().stream().anyMatch(value -> value.length() > LARGEST);
    }

    private String json(Map<String, String> source) {
        try {
            return JSON.writeValueAsString(calledAs(source));
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

    @Override
    public String toString() {
        return label + "[" + mapping + (manyToOne() ? " " + secretName : "") + " " + path + " -> " + region + " \""
                + schema
                + "\" " + behavior + (deletionDisabled ? " keeps" : "") + (keyId == null ? "" : " key " + keyId)
                + (tags == null ? "" : " tags " + tags) + (metadataAsTags ? " metadata" : "")
                + (excluded == null ? "" : " without " + excluded) + (renames ? " renames" : "")
                + (renamesOne ? " renames A" : "") + (tagMode == null ? "" : " tags " + tagMode)
                + (requireApproval ? " approved" : "")
                + (graceDays == null ? "" : " moves after " + graceDays)
                + (replicas == null ? "" : " replicas " + replicas)
                + (policy == null ? "" : " policy " + policy) + "]";
    }
}
