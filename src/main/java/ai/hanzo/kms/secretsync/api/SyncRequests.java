package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Found.validated;
import static ai.hanzo.kms.secretsync.api.Rules.BOOLEAN;
import static ai.hanzo.kms.secretsync.api.Rules.DESCRIPTION;
import static ai.hanzo.kms.secretsync.api.Rules.PROJECT_ID;
import static ai.hanzo.kms.secretsync.api.Rules.UUID;
import static ai.hanzo.kms.secretsync.api.Rules.discriminator;
import static ai.hanzo.kms.secretsync.api.Rules.listOf;
import static ai.hanzo.kms.secretsync.api.Rules.oneOf;
import static ai.hanzo.kms.secretsync.api.Rules.slug;
import static ai.hanzo.kms.secretsync.api.TextRule.text;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.DriftBehavior;
import ai.hanzo.kms.secretsync.sync.ForeignSecrets;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.KeyRules;
import ai.hanzo.kms.secretsync.sync.KeySchema;
import ai.hanzo.kms.secretsync.sync.Move;
import ai.hanzo.kms.secretsync.sync.PolicyDocument;
import ai.hanzo.kms.secretsync.sync.ReplicaRegion;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.Tag;
import ai.hanzo.kms.secretsync.sync.TagMode;
import ai.hanzo.kms.secretsync.sync.Wanted;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Reads the requests of {@code /api/v1/secret-syncs}; called from the routes. Rules and messages are those of
 * {@code upstream-secret-sync.md} 1.2-1.4 and 2.
 *
 * <p>Every method throws {@link ValidationException} with all issues of what it reads, and {@link RefusedRequest} for a body
 * that is no JSON.
 */
@Component("syncRequests")
public class SyncRequests {
    private static final String METADATA_WITH_MANY_TO_ONE =
            "Syncing secret metadata is not supported with \"Many-to-One\" mapping behavior.";
    private static final List<Object> SHARDING = List.of("syncOptions", "sharding");
    private static final String SHARDING_WITH_OTHERS =
            "Sharding divides the one secret of \"Many-to-One\" mapping behavior; leave it out with others.";
    private static final String SHARDING_WITH_FOREIGN_KEYS =
            "Sharding is for an object that holds nothing but this sync's keys: it needs initialSyncBehavior"
                    + " overwrite-destination, and deletion enabled.";
    private static final String KEY_SCHEMA_MESSAGE =
            "Key schema must include exactly one {{secretKey}} placeholder. It can also include {{environment}} placeholders."
                    + " Only alphanumeric characters (a-z, A-Z, 0-9), dashes (-), underscores (_), and slashes (/) are allowed"
                    + " besides the placeholders.";
    private static final String KEY_ID_MESSAGE = "Invalid KMS Key ID";
    private static final int MOST_TAGS = 50;
    private static final int MOST_DESTINATIONS = 50;

    private static final Rule<String> NAME = slug("name", 256);
    private static final Rule<String> ENVIRONMENT = slug("environment", 64);

    private static final Rule<String> KEY_SCHEMA = text().trimmed()
            .max(255, "String must contain at most 255 character(s)")
            .matching(SyncRequests::isKeySchema, KEY_SCHEMA_MESSAGE);

    private static final Rule<String> KEY_ID =
            text().min(1, KEY_ID_MESSAGE).max(256, KEY_ID_MESSAGE).matching(only("[a-zA-Z0-9:/_-]*+"), KEY_ID_MESSAGE);

    private static final Predicate<String> TAG_TEXT = only("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*+");

    private static final Rule<String> TAG_KEY = text().min(1, "Tag key required")
            .max(128, "Tag key cannot exceed 128 characters")
            .matching(
                    TAG_TEXT,
                    "Invalid tag key: keys can only contain Unicode letters, digits, white space and any of the following:"
                            + " _.:/=+@-");
    private static final Rule<String> TAG_VALUE = text().max(256, "Tag value cannot exceed 256 characters")
            .matching(
                    TAG_TEXT,
                    "Invalid tag value: tag values can only contain Unicode letters, digits, white space and any of the"
                            + " following: _.:/=+@-");
    private static final Rule<Tag> TAG =
            found -> found.object(tag -> new Tag(tag.read("key", TAG_KEY), tag.read("value", TAG_VALUE)));

    private static final Rule<InitialSyncBehavior> INITIAL_SYNC_BEHAVIOR = oneOf(Stream.of(InitialSyncBehavior.values())
                    .map(InitialSyncBehavior::wireName)
                    .toList())
            .to(SyncRequests::initialSyncBehavior);

    private static final Rule<DriftBehavior> DRIFT_BEHAVIOR = oneOf(Stream.of(DriftBehavior.values())
                    .map(DriftBehavior::wireName)
                    .toList())
            .to(name -> DriftBehavior.ofWireName(name).orElseThrow());

    private static final Rule<Map<String, Object>> RESOURCE_POLICY = found -> found.object(policy -> {
        JsonNode statement = policy.json().path("Statement");
        if (!statement.isContainerNode() || statement.isEmpty()) {
            return policy.issue("custom", "A resource policy must have a Statement");
        }
        if (policy.json().toString().length() > PolicyDocument.MAX_CHARACTERS) {
            return policy.issue(
                    "custom", "A resource policy cannot exceed " + PolicyDocument.MAX_CHARACTERS + " characters");
        }
        return ApiJson.fields(policy.json());
    });

    private static final TextRule KEY_PATTERN_TEXT = text().min(1, "Key pattern required")
            .max(KeyRules.LONGEST, "Key pattern cannot exceed " + KeyRules.LONGEST + " characters");
    private static final Rule<List<String>> KEY_PATTERNS = listOf(KEY_PATTERN_TEXT, KeyRules.MOST);
    private static final Rule<String> NEW_KEY = KEY_PATTERN_TEXT.matching(
            only("[A-Za-z0-9/_+=.@*-]*+"),
            "New key must contain only alphanumeric characters, the characters /_+=.@- and at most one *");
    // A typing error here could have secrets deleted: unlike elsewhere, what nobody knows is an issue.
    private static final Rule<KeyRules> KEY_RULES = found -> found.object(rules -> {
        rules.nothingBut("include", "exclude", "rename");
        return new KeyRules(
                rules.read("include", KEY_PATTERNS.optional()),
                rules.read("exclude", KEY_PATTERNS.optional()),
                rules.read("rename", listOf(SyncRequests::rename, KeyRules.MOST).optional()));
    });

    private static final Rule<Integer> GRACE_DAYS = found -> {
        if (!found.json().isNumber()) {
            return found.wrongType("number");
        }
        boolean fits = found.json().isIntegralNumber()
                && found.json().canConvertToInt()
                && found.json().intValue() >= 0
                && found.json().intValue() <= Move.MOST_DAYS;
        return fits
                ? Integer.valueOf(found.json().intValue())
                : found.issue("custom", "Grace days must be a whole number from 0 to " + Move.MOST_DAYS);
    };
    // What is misspelt here would have secrets deleted sooner than somebody meant.
    private static final Rule<Move> MOVE = found -> found.object(move -> {
        move.nothingBut("graceDays");
        Integer days = move.read("graceDays", GRACE_DAYS);
        return days == null ? null : new Move(days);
    });

    private static final Rule<TagMode> TAG_MODE = oneOf(
                    Stream.of(TagMode.values()).map(TagMode::wireName).toList())
            .to(name -> TagMode.ofWireName(name).orElseThrow());

    private static final Rule<String> SECRET_NAME = text().min(1, "Secret name is required")
            .max(256, "Secret name cannot exceed 256 characters")
            .matching(
                    only("[a-zA-Z0-9/_+=.@-]*+"),
                    "Secret name must contain only alphanumeric characters and the characters /_+=.@-");

    private static final Rule<String> PLAN_DIGEST =
            text().matching(only("[0-9a-f]{64}"), "Plan digest must be the approval.planDigest of a plan");

    private static final Rule<String> LIMIT =
            text().matching(only("[1-9][0-9]?|100"), "Limit must be a whole number from 1 to 100");
    private static final Rule<String> OFFSET =
            text().matching(only("[0-9]{1,9}"), "Offset must be a whole number from 0 to 999999999");

    private final ApiJson json;
    private final KnownNames names;

    SyncRequests(ApiJson json, KnownNames names) {
        this.json = json;
        this.names = names;
    }

    private SyncOptions syncOptions(Found found) {
        Rule<List<ReplicaRegion>> replicaRegions = this::replicaRegions;
        return found.object(options -> consistent(
                options,
                new SyncOptions(
                        options.read("initialSyncBehavior", INITIAL_SYNC_BEHAVIOR),
                        options.read("keySchema", KEY_SCHEMA.optional()),
                        options.read("disableSecretDeletion", BOOLEAN.optional()),
                        options.read("keyId", KEY_ID.optional()),
                        options.read("tags", ((Rule<List<Tag>>) SyncRequests::tags).optional()),
                        options.read("syncSecretMetadataAsTags", BOOLEAN.optional()),
                        options.read("driftBehavior", DRIFT_BEHAVIOR.optional()),
                        options.read("keyRules", KEY_RULES.optional()),
                        options.read("replicaRegions", replicaRegions.optional()),
                        options.read("sharding", BOOLEAN.optional()),
                        options.read("tagMode", TAG_MODE.optional()),
                        options.read("requireApproval", BOOLEAN.optional()),
                        options.read("resourcePolicy", RESOURCE_POLICY.optional()),
                        options.read("includeAllSubFolders", BOOLEAN.optional()),
                        options.read("move", MOVE.nullish()))));
    }

    private List<ReplicaRegion> replicaRegions(Found found) {
        Rule<ReplicaRegion> rule = item -> item.object(replica -> {
            String region = replica.read("region", oneOf(names.regions()));
            return new ReplicaRegion(region, keyId(replica, region));
        });
        List<ReplicaRegion> regions = listOf(rule, names.regions().size()).read(found);
        if (regions != null
                && regions.stream().map(ReplicaRegion::region).distinct().count() < regions.size()) {
            found.issue("custom", "Replica regions must be unique");
        }
        return regions;
    }

    private static String keyId(Found place, String region) {
        String keyId = place.read("keyId", KEY_ID.optional());
        if (region != null && keyId != null && keyId.startsWith("arn:") && !keyId.contains(":" + region + ":")) {
            place.issue("custom", "The KMS key must be one of " + region);
        }
        return keyId;
    }

    private AdditionalDestination additionalDestination(Found found) {
        return found.object(place -> {
            UUID connectionId = place.read("connectionId", UUID.optional());
            String region = place.read("region", oneOf(names.regions()));
            return new AdditionalDestination(connectionId, region, keyId(place, region));
        });
    }

    /** Body of a POST that makes a sync. */
    public CreateSyncRequest create(byte[] body) {
        return create(body, NAME);
    }

    /** Body of a POST that asks what a new sync would do: as for {@link #create}, but that it need not have a name yet. */
    public CreateSyncRequest plan(byte[] body) {
        return create(body, NAME.optional());
    }

    private CreateSyncRequest create(byte[] body, Rule<String> name) {
        return validated(
                json.read(body),
                found -> found.object(request -> {
                    CreateSyncRequest create = new CreateSyncRequest(
                            request.read("name", name),
                            request.read("projectId", PROJECT_ID),
                            request.read("description", DESCRIPTION.nullish()),
                            request.read("connectionId", UUID),
                            request.read("environment", ENVIRONMENT),
                            request.read("secretPath", secretPath("Secret path required")),
                            request.read("isAutoSyncEnabled", BOOLEAN.orElse(true)),
                            request.read("syncOptions", this::syncOptions),
                            request.read("destinationConfig", this::destinationConfig));
                    noteCombinations(create.destinationConfig(), create.syncOptions(), request);
                    noteDestinations(create.connectionId(), create.destinationConfig(), create.syncOptions(), request);
                    return create;
                }));
    }

    /** Body of a PATCH. */
    public UpdateSyncRequest update(byte[] body) {
        Rule<SyncOptions> syncOptions = this::syncOptions;
        Rule<DestinationConfig> destinationConfig = this::destinationConfig;
        return validated(
                json.read(body),
                found -> found.object(request -> {
                    UpdateSyncRequest update = new UpdateSyncRequest(
                            request.read("name", NAME.optional()),
                            request.read("description", DESCRIPTION.patch()),
                            request.read("connectionId", UUID.optional()),
                            request.read("environment", ENVIRONMENT.optional()),
                            request.read(
                                    "secretPath",
                                    secretPath("Invalid secret path").optional()),
                            request.read("isAutoSyncEnabled", BOOLEAN.optional()),
                            request.read("syncOptions", syncOptions.optional()),
                            request.read("destinationConfig", destinationConfig.optional()));
                    noteCombinations(update.destinationConfig(), update.syncOptions(), request);
                    return update;
                }));
    }

    /**
     * Body of {@code check-draft}: that of {@link #create} as far as somebody has got. Only the project must be there; what is
     * wrong with the rest is a part of the answer, and what is not there is not wrong yet.
     */
    public SyncDraft draft(byte[] body) {
        JsonNode given = json.read(body);
        String projectId = validated(given, found -> found.object(request -> request.read("projectId", PROJECT_ID)));
        Found draft = new Found(given, List.of(), new ArrayList<>());
        String name = draft.read("name", NAME.optional());
        draft.read("description", DESCRIPTION.nullish());
        UUID connectionId = draft.read("connectionId", UUID.optional());
        String environment = draft.read("environment", ENVIRONMENT.optional());
        String secretPath =
                draft.read("secretPath", secretPath("Secret path required").optional());
        draft.read("isAutoSyncEnabled", BOOLEAN.optional());
        Rule<SyncOptions> syncOptions = this::syncOptions;
        SyncOptions options = draft.read("syncOptions", syncOptions.optional());
        Rule<DestinationConfig> destinationConfig = this::destinationConfig;
        DestinationConfig config = draft.read("destinationConfig", destinationConfig.optional());
        noteCombinations(config, options, draft);
        noteDestinations(connectionId, config, options, draft);
        List<Issue> issues = draft.issues().stream()
                .filter(issue -> !isAbsent(given, issue.path()))
                .toList();
        return new SyncDraft(projectId, name, environment, secretPath, options, config, issues);
    }

    private static boolean isAbsent(JsonNode body, List<Object> path) {
        JsonNode at = body;
        for (Object step : path) {
            at = step instanceof Integer index ? at.path(index) : at.path((String) step);
        }
        return at.isMissingNode();
    }

    /** Body of {@code check-destination}. */
    public CheckDestinationRequest checkDestination(byte[] body) {
        return validated(
                json.read(body),
                found -> found.object(request -> {
                    JsonNode config = request.json().path("destinationConfig");
                    String mappingBehavior = config.path("mappingBehavior").textValue();
                    String secretName = config.path("secretName").textValue();
                    boolean named = secretName != null
                            && !secretName.isEmpty()
                            && !Destination.ONE_TO_ONE.equals(mappingBehavior);
                    return new CheckDestinationRequest(
                            request.read(
                                    "projectId",
                                    UUID.to(id ->
                                            request.json().get("projectId").textValue())),
                            request.read("connectionId", UUID.optional()),
                            request.read("excludeSyncId", UUID.optional()),
                            mappingBehavior,
                            config.path("region").textValue(),
                            named ? secretName : null);
                }));
    }

    /** Body of {@code pause} and {@code resume}. */
    public PauseRequest pause(byte[] body) {
        return validated(
                json.read(body),
                found -> found.object(request -> {
                    UUID syncId = request.read("syncId", UUID.optional());
                    UUID connectionId = request.read("connectionId", UUID.optional());
                    Boolean everything = request.read("everything", BOOLEAN.optional());
                    boolean all = Boolean.TRUE.equals(everything);
                    int targets = (syncId == null ? 0 : 1) + (connectionId == null ? 0 : 1) + (all ? 1 : 0);
                    if (targets != 1 && request.issues().isEmpty()) {
                        request.issue("custom", "Give exactly one of syncId, connectionId, or everything: true");
                    }
                    return new PauseRequest(
                            syncId,
                            connectionId,
                            all,
                            request.read(
                                    "reason",
                                    text().max(256, "Reason cannot exceed 256 characters")
                                            .optional()));
                }));
    }

    /** Body of {@code approve-plan}: the digest of the plan that is approved. */
    public String planDigest(byte[] body) {
        return validated(json.read(body), found -> found.object(request -> request.read("planDigest", PLAN_DIGEST)));
    }

    /** {@code syncId} of the path, as it stands there. */
    public UUID syncId(String segment) {
        return Parameters.path("syncId", segment, UUID);
    }

    /** {@code syncName} of the path, as it stands there. */
    public String syncName(String segment) {
        return Parameters.path("syncName", segment, text().trimmed().min(1, "Sync name required"));
    }

    /** The required {@code projectId} of a query string. */
    public String projectId(String query) {
        return Parameters.of(query, parameters -> parameters.read("projectId", PROJECT_ID));
    }

    /** The folder that a query string names: {@code projectId}, {@code environment}, and {@code path}, the root by default. */
    public Source folder(String query) {
        return Parameters.of(
                query,
                parameters -> new Source(
                        parameters.read("projectId", PROJECT_ID),
                        parameters.read("environment", ENVIRONMENT),
                        parameters.read("path", secretPath("Path required").orElse("/"))));
    }

    /** {@code runId} of the path, as it stands there. */
    public UUID runId(String segment) {
        return Parameters.path("runId", segment, UUID);
    }

    /** The part of a list that a query string asks for: {@code limit} and {@code offset}. */
    public Page page(String query) {
        return Parameters.of(
                query,
                parameters -> new Page(
                        number(parameters.read("limit", LIMIT.orElse("20"))),
                        number(parameters.read("offset", OFFSET.orElse("0")))));
    }

    /** What is no number has been noted as an issue by its rule. */
    private static int number(String text) {
        return only("[0-9]{1,9}").test(text) ? Integer.parseInt(text) : 0;
    }

    /** Whether a DELETE is to remove the secrets from AWS: {@code removeSecrets} of the query string, no by default. */
    public boolean removeSecrets(String query) {
        return flag(query, "removeSecrets");
    }

    /** Whether a run is only to be shown: {@code dryRun} of the query string, no by default. */
    public boolean dryRun(String query) {
        return flag(query, "dryRun");
    }

    /** Whether the deletions of the plan of this moment are approved: {@code approveDeletions}, no by default. */
    public boolean approveDeletions(String query) {
        return flag(query, "approveDeletions");
    }

    private static boolean flag(String query, String name) {
        Rule<String> yesOrNo = oneOf(List.of("true", "false"));
        return Parameters.of(query, parameters -> parameters.read(name, yesOrNo.orElse("false")))
                .equals("true");
    }

    /** Who wins in an import: the required {@code importBehavior} of the query string. */
    public InitialSyncBehavior importBehavior(String query) {
        Map<String, InitialSyncBehavior> behaviors = Map.of(
                "prioritize-source", InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE,
                "prioritize-destination", InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION);
        Rule<InitialSyncBehavior> rule =
                oneOf(List.of("prioritize-source", "prioritize-destination")).to(behaviors::get);
        return Parameters.of(query, parameters -> parameters.read("importBehavior", rule));
    }

    /**
     * What cannot go together. Metadata are tags of one secret's own, and with many-to-one no secret has its own; an object that
     * is divided holds nothing that would have to stay where it is.
     */
    static void noteCombinations(String mappingBehavior, SyncOptions options, List<Issue> issues) {
        boolean manyToOne = Destination.MANY_TO_ONE.equals(mappingBehavior);
        if (manyToOne && options.metadataAsTags()) {
            issues.add(new Issue("custom", List.of(), METADATA_WITH_MANY_TO_ONE, Map.of()));
        }
        if (options.sharded() && !manyToOne) {
            issues.add(new Issue("custom", SHARDING, SHARDING_WITH_OTHERS, Map.of()));
        } else if (options.sharded() && Wanted.keepsForeignKeys(options, ForeignSecrets.REMOVE)) {
            issues.add(new Issue("custom", SHARDING, SHARDING_WITH_FOREIGN_KEYS, Map.of()));
        }
    }

    /** A secret cannot have a copy of itself beside it. */
    static void noteReplicaAtHome(String region, SyncOptions options, List<Issue> issues) {
        boolean atHome = options.replicates()
                && options.replicaRegions().stream().anyMatch(replica -> Objects.equals(replica.region(), region));
        if (atHome) {
            issues.add(new Issue(
                    "custom",
                    List.of("syncOptions", "replicaRegions"),
                    "Replica regions must be other regions than the destination's, " + region,
                    Map.of()));
        }
    }

    private static void noteDestinations(
            UUID connectionId, DestinationConfig config, SyncOptions options, Found request) {
        if (config != null && config.additionalDestinations() != null && options != null) {
            noteDestinations(config.with(connectionId), config.additionalDestinations(), options, request.issues());
        }
    }

    /** Each destination is another place, and none of them one to which AWS copies what is in the others. */
    static void noteDestinations(
            Destination first, List<AdditionalDestination> additional, SyncOptions options, List<Issue> issues) {
        List<Object> path = List.of("destinationConfig", "additionalDestinations");
        Set<Destination> seen = new HashSet<>(Set.of(place(first.connectionId(), first.region())));
        Set<UUID> connections = new HashSet<>();
        connections.add(first.connectionId());
        additional.forEach(destination -> connections.add(destination.connectionOr(first.connectionId())));
        if (options.replicates() && connections.size() <= additional.size()) {
            issues.add(new Issue(
                    "custom",
                    path,
                    "Destinations of one connection would all be copied to the same replica regions under the same names;"
                            + " leave out replicaRegions, or give each a connection to another account",
                    Map.of()));
        }
        for (AdditionalDestination destination : additional) {
            if (!seen.add(place(destination.connectionOr(first.connectionId()), destination.region()))) {
                issues.add(new Issue(
                        "custom",
                        path,
                        "Destinations must differ in connection or region; there are two for " + destination.region(),
                        Map.of()));
            }
            boolean copied = options.replicates()
                    && options.replicaRegions().stream()
                            .anyMatch(replica -> Objects.equals(replica.region(), destination.region()));
            if (copied) {
                issues.add(new Issue(
                        "custom",
                        path,
                        "A destination must be another region than the replica regions: " + destination.region(),
                        Map.of()));
            }
        }
    }

    private static Destination place(UUID connectionId, String region) {
        return new Destination(connectionId, region, null, null);
    }

    private static void noteCombinations(DestinationConfig config, SyncOptions options, Found request) {
        // An update may have either without the other: upstream ends in a TypeError then, we look at the stored part
        // later.
        if (config != null && options != null) {
            noteCombinations(config.mappingBehavior(), options, request.issues());
            noteReplicaAtHome(config.region(), options, request.issues());
        }
    }

    private DestinationConfig destinationConfig(Found found) {
        // Upstream notes an absent destinationConfig twice, for it is an intersection of two types. Once is enough.
        return found.object(config -> {
            String mapping = config.read(
                    "mappingBehavior", discriminator(names.mappingBehaviors().get()));
            String secretName = secretName(mapping, config);
            String region = config.read("region", oneOf(names.regions()));
            Rule<List<AdditionalDestination>> additional = listOf(this::additionalDestination, MOST_DESTINATIONS);
            List<AdditionalDestination> others = config.read("additionalDestinations", additional.optional());
            return mapping == null ? null : new DestinationConfig(mapping, region, secretName, others);
        });
    }

    private static String secretName(String mapping, Found config) {
        if (mapping == null || mapping.equals(Destination.ONE_TO_ONE)) {
            // Terraform sends an empty one with one-to-one.
            return null;
        }
        if (mapping.equals(Destination.MANY_TO_ONE)) {
            return config.read("secretName", SECRET_NAME);
        }
        // A mapping of a team may do with or without.
        JsonNode given = config.json().path("secretName");
        return given.isTextual() && given.textValue().isEmpty()
                ? null
                : config.read("secretName", SECRET_NAME.nullish());
    }

    /** Notes options that do not go with each other. */
    private static SyncOptions consistent(Found found, SyncOptions options) {
        if (options.tagMode() == TagMode.REPLACE && !options.managesTags()) {
            found.<Object>read(
                    "tagMode",
                    mode -> mode.issue(
                            "custom",
                            "Tag mode replace needs tags or syncSecretMetadataAsTags; give an empty list of tags to remove"
                                    + " all of others"));
        }
        if (options.subFolders()
                && options.initialSyncBehavior() != null
                && options.initialSyncBehavior() != InitialSyncBehavior.OVERWRITE_DESTINATION) {
            found.<Object>read(
                    "includeAllSubFolders",
                    folders -> folders.issue(
                            "custom",
                            "With includeAllSubFolders nothing is imported, because a name in AWS does not say which folder it"
                                    + " belongs to: initialSyncBehavior must be overwrite-destination"));
        }
        return options;
    }

    private static KeyRules.Rename rename(Found found) {
        return found.object(rule -> {
            rule.nothingBut("from", "to");
            String from = rule.read("from", KEY_PATTERN_TEXT);
            String to = rule.read("to", NEW_KEY);
            if (from != null && to != null && !KeyRules.Rename.goesTogether(from, to)) {
                rule.issue("custom", "A rename rule has one * in both from and to, or none in either");
            }
            return from == null || to == null ? null : new KeyRules.Rename(from, to);
        });
    }

    private static List<Tag> tags(Found found) {
        List<Tag> tags = listOf(TAG, MOST_TAGS).read(found);
        if (tags != null && tags.stream().map(Tag::key).distinct().count() < tags.size()) {
            found.issue("custom", "Tag keys must be unique");
        }
        return tags;
    }

    private static Rule<String> secretPath(String whenEmpty) {
        return text().trimmed().min(1, whenEmpty).to(SyncRequests::withoutTrailingSlash);
    }

    private static String withoutTrailingSlash(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static boolean isKeySchema(String schema) {
        if (schema.isEmpty()) {
            return true;
        }
        // Replaced by something, for what is left and right of a placeholder must not become another one.
        String template = KeySchema.withoutPath(schema);
        String withoutKey = template.replace("{{secretKey}}", "_");
        boolean exactlyOne = template.length() - withoutKey.length() == "{{secretKey}}".length() - 1;
        return exactlyOne && only("[a-zA-Z0-9_/-]*+").test(withoutKey.replace("{{environment}}", "_"));
    }

    private static InitialSyncBehavior initialSyncBehavior(String wireName) {
        return Stream.of(InitialSyncBehavior.values())
                .filter(behavior -> behavior.wireName().equals(wireName))
                .findFirst()
                .orElseThrow();
    }

    private static Predicate<String> only(String characters) {
        return Pattern.compile(characters).asMatchPredicate();
    }
}
