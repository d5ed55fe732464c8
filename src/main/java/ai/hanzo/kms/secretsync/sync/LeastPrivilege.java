package ai.hanzo.kms.secretsync.sync;

import static ai.hanzo.kms.secretsync.sync.IamPolicy.Statement.ALLOW;
import static ai.hanzo.kms.secretsync.sync.IamPolicy.Statement.DENY;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The smallest IAM policy with which the runs of a sync, as it is now, do all they have to; and why it is so. What people can ask
 * for beyond that, such as an import at any time, is among what is omitted.
 *
 * <p>Tag conditions follow {@link Ownership}: secrets of another sync are out of reach, those without an ownership tag are not,
 * because a secret that was taken over never gets one. Actions, resources and condition keys are those of AWS's Service
 * Authorization Reference for Secrets Manager and KMS.
 *
 * @param statements why each statement is there, in the order of the policy
 * @param omitted what is not allowed on purpose, and what needs it nevertheless
 * @param characters length of the policy as IAM counts it, without white space
 * @param absentArn of a secret that there cannot be, within the names of the sync: whoever is allowed an action on it is told
 *     that it does not exist
 */
public record LeastPrivilege(
        IamPolicy policy,
        List<Reason> statements,
        List<Omission> omitted,
        List<String> warnings,
        int characters,
        @JsonIgnore String absentArn) {

    /** Most characters of a managed policy, white space not counted (IAM and STS quotas). */
    public static final int MAX_CHARACTERS = 6_144;

    public static final String LIST = "secretsmanager:ListSecrets";
    public static final String DESCRIBE = "secretsmanager:DescribeSecret";
    public static final String CREATE = "secretsmanager:CreateSecret";
    public static final String UPDATE = "secretsmanager:UpdateSecret";
    public static final String RESTORE = "secretsmanager:RestoreSecret";
    public static final String DELETE = "secretsmanager:DeleteSecret";
    public static final String TAG = "secretsmanager:TagResource";
    public static final String REPLICATE = "secretsmanager:ReplicateSecretToRegions";
    public static final String UNREPLICATE = "secretsmanager:RemoveRegionsFromReplication";
    public static final String GET_POLICY = "secretsmanager:GetResourcePolicy";
    public static final String PUT_POLICY = "secretsmanager:PutResourcePolicy";
    public static final String DELETE_POLICY = "secretsmanager:DeleteResourcePolicy";
    public static final String VALIDATE_POLICY = "secretsmanager:ValidateResourcePolicy";
    public static final String UNTAG = "secretsmanager:UntagResource";
    public static final String BATCH = "secretsmanager:BatchGetSecretValue";
    public static final String READ = "secretsmanager:GetSecretValue";

    private static final String DESCRIBE_KEY = "kms:DescribeKey";
    private static final String RESOURCE_ALIASES = "kms:ResourceAliases";
    private static final String RESOURCE_OWNER = "aws:ResourceTag/" + Tags.OWNER_TAG;
    private static final String REQUEST_OWNER = "aws:RequestTag/" + Tags.OWNER_TAG;
    /** Six characters that AWS adds to a name to make an ARN of it. */
    private static final String ANY_SUFFIX = "-??????";
    /** AWS takes letters and digits. */
    private static final String NO_SUFFIX = "-______";

    /** In the ids of the statements for what was left behind. */
    public static final String MOVED = "MovedSecrets";

    private static final String KEY = "{{secretKey}}";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @param reason one or two sentences */
    public record Reason(String sid, String reason) {}

    /** @param reason what does not work without, and when to allow it */
    public record Omission(List<String> actions, String reason) {}

    /**
     * Where the secrets are.
     *
     * @param account AWS account id
     * @param partition such as {@code aws}, {@code aws-cn} or {@code aws-us-gov}
     * @param dnsSuffix of the partition's endpoints, such as {@code amazonaws.com}
     */
    public record Place(String account, String partition, String dnsSuffix) {}

    /**
     * How the installation deletes.
     *
     * @param recoveryWindowDays days in which a deleted secret can be restored
     * @param forced whether it deletes beyond recovery
     */
    public record Deletion(int recoveryWindowDays, boolean forced) {}

    /**
     * @param formers what the sync left behind in the account and is to delete: see {@link Move}
     */
    public static LeastPrivilege of(
            SecretSync sync, Place place, Deletion deletion, ForeignSecrets foreignSecrets, List<Former> formers) {
        return new Draft(sync, place, deletion, foreignSecrets, formers).finished();
    }

    private static final class Draft {
        private final SecretSync sync;
        private final Place place;
        private final Deletion deletion;
        private final boolean manyToOne;
        private final boolean reads;
        private final List<Former> formers;
        private final String prefix;
        private final String suffix;

        private final List<IamPolicy.Statement> policy = new ArrayList<>();
        private final List<Reason> reasons = new ArrayList<>();
        private final List<Omission> omitted = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        Draft(SecretSync sync, Place place, Deletion deletion, ForeignSecrets foreignSecrets, List<Former> formers) {
            this.formers = sync.options().deletionDisabled() ? List.of() : formers;
            this.sync = sync;
            this.place = place;
            this.deletion = deletion;
            manyToOne = Destination.MANY_TO_ONE.equals(sync.destination().mappingBehavior());
            reads = sync.initial() || manyToOne && Wanted.keepsForeignKeys(sync.options(), foreignSecrets);
            KeySchema schema = sync.keySchema();
            prefix = manyToOne ? schema.apply(sync.destination().secretName()) : schema.prefix();
            suffix = manyToOne ? "" : schema.suffix();
        }

        LeastPrivilege finished() {
            look();
            read();
            write();
            deleteMoved();
            replicate();
            attachPolicies();
            encrypt();
            keepRecoverable();
            notNeeded();
            IamPolicy document = new IamPolicy(IamPolicy.VERSION, policy);
            int characters = characters(document);
            warn(characters);
            return new LeastPrivilege(
                    document, List.copyOf(reasons), List.copyOf(omitted), List.copyOf(warnings), characters, absent());
        }

        private void look() {
            if (!manyToOne) {
                allow(
                        "ListSecrets",
                        List.of(LIST),
                        List.of("*"),
                        inRegion(),
                        "Finds what is at the destination. AWS can limit it to a region but not to names, and it shows no"
                                + " values.");
            }
            allow(
                    "DescribeSecrets",
                    List.of(DESCRIBE),
                    whetherThereOrNot(),
                    Map.of(),
                    "Looks once more before a secret is changed, also at those of others: only so can the sync tell whose they"
                            + " are. It shows no values. A name that is free has an ARN without the six characters.");
        }

        private void read() {
            if (!reads) {
                omitted.add(new Omission(
                        List.of(BATCH, READ),
                        "This sync has succeeded, and need not read what it wrote: a value that somebody changed is written"
                                + " anew. Without reading, a secret of nobody that takes a name of the sync is skipped and not"
                                + " taken over"
                                + (manyToOne ? ", and import-secrets and remove-secrets" : ", and import-secrets")
                                + " cannot look into values. Allow both where you want that: "
                                + BATCH + " on *, " + READ
                                + " on the names, and kms:Decrypt on the key of such a secret."));
                return;
            }
            allow(
                    "ReadValuesInBatches",
                    List.of(BATCH),
                    List.of("*"),
                    inRegion(),
                    "Reads twenty values a call. AWS cannot limit it to names; it gives only values that ReadValues allows.");
            allow(
                    "ReadValues",
                    List.of(READ),
                    there(),
                    ofThisSyncOrNobody(),
                    manyToOne && !sync.initial()
                            ? "Keys that others put into the secret stay in it, and which there are shows only in its value."
                            : "Until the sync has succeeded once, what was there before is "
                                    + (imports() ? "imported" : "compared")
                                    + " and taken over. Ask for the policy again"
                                    + " after that: it may need no reading any more.");
        }

        private void write() {
            allow(
                    "CreateSecrets",
                    List.of(CREATE, TAG),
                    whetherThereOrNot(),
                    conditions("StringEquals", REQUEST_OWNER, id(), "StringEqualsIfExists", RESOURCE_OWNER, id()),
                    "Makes secrets, and only with the tag that says that they are this sync's. Tags that are given with a new"
                            + " secret need secretsmanager:TagResource as well.");
            List<String> changes = new ArrayList<>(List.of(UPDATE, RESTORE));
            if (!sync.options().deletionDisabled()) {
                changes.add(DELETE);
            }
            allow(
                    "ChangeSecrets",
                    changes,
                    there(),
                    ofThisSyncOrNobody(),
                    "Writes values and the KMS key, takes a deletion back"
                            + (sync.options().deletionDisabled() ? "" : ", deletes recoverably")
                            + ". Secrets that bear the tag of another sync are out of reach; one without is not, because a secret"
                            + " that was taken over never gets the tag.");
            if (sync.options().changesTags()) {
                Map<String, Map<String, List<String>>> conditions = new TreeMap<>(ofThisSyncOrNobody());
                conditions.put("ForAllValues:StringNotEquals", Map.of("aws:TagKeys", List.of(Tags.OWNER_TAG)));
                allow(
                        "ChangeTags",
                        List.of(TAG, UNTAG),
                        there(),
                        conditions,
                        "Keeps the tags of secrets as the sync says, and never touches the tag that says whose they are.");
            }
        }

        private void deleteMoved() {
            if (formers.isEmpty()) {
                return;
            }
            allow(
                    "Describe" + MOVED,
                    List.of(DESCRIBE),
                    former("", ANY_SUFFIX),
                    Map.of(),
                    "Looks at what the sync left where it wrote before its settings were changed, before it deletes it.");
            List<String> actions = new ArrayList<>(List.of(DELETE));
            if (formers.stream().anyMatch(former -> !former.entry().replicas().isEmpty())) {
                actions.add(UNREPLICATE);
            }
            boolean shared = formers.stream().anyMatch(former -> former.entry().manyToOne());
            if (shared) {
                // What others put into it stays, so that it may have to be read, and written without what is the
                // sync's.
                actions.addAll(List.of(UPDATE, READ));
            }
            allow(
                    "Delete" + MOVED,
                    actions,
                    former(ANY_SUFFIX),
                    ofThisSyncOrNobody(),
                    "Deletes it recoverably once its grace period is over. Ask for the policy again after that: it needs this no"
                            + " more.");
            if (shared && !reads) {
                allow(
                        "Read" + MOVED + "InBatches",
                        List.of(BATCH),
                        List.of("*"),
                        Map.of(),
                        "Reads twenty values a call. AWS cannot limit it to names; it gives only values that Delete"
                                + MOVED + " allows to be read.");
            }
        }

        /** Names, or all names of the key schema that they were made by. */
        private List<String> former(String... suffixes) {
            return formers.stream()
                    .flatMap(former -> Stream.of(suffixes)
                            .map(suffix -> "arn:" + place.partition() + ":secretsmanager:" + former.region() + ":"
                                    + place.account() + ":secret:" + names(former.entry()) + suffix))
                    .distinct()
                    .sorted()
                    .toList();
        }

        private static String names(ManagedSecret entry) {
            String schema = entry.keySchema();
            if (schema == null || entry.manyToOne()) {
                return literal(entry.name());
            }
            String template = KeySchema.withoutPath(schema);
            int key = template.indexOf(KEY);
            return literal(template.substring(0, key)) + "*" + literal(template.substring(key + KEY.length()));
        }

        private void replicate() {
            List<ReplicaRegion> replicas = sync.options().replicaRegions();
            if (replicas == null) {
                return;
            }
            if (!sync.options().replicates()) {
                allow(
                        "RemoveReplicas",
                        List.of(UNREPLICATE),
                        there(),
                        ofThisSyncOrNobody(),
                        "Removes the replicas that this sync has made.");
                return;
            }
            Map<String, Map<String, List<String>>> conditions = new TreeMap<>(ofThisSyncOrNobody());
            conditions.put(
                    "ForAllValues:StringEquals",
                    Map.of(
                            "secretsmanager:AddReplicaRegions",
                            replicas.stream().map(ReplicaRegion::region).toList()));
            allow(
                    "ReplicateSecrets",
                    List.of(REPLICATE, UNREPLICATE),
                    whetherThereOrNot(),
                    conditions,
                    "Has AWS keep copies in the regions that the sync names, and in no other, and removes those it has made: AWS"
                            + " deletes no secret that has replicas. A new secret with replicas needs the first as well.");
            for (ReplicaRegion replica : replicas) {
                useReplicaKey(replica);
            }
        }

        private void attachPolicies() {
            if (sync.options().resourcePolicy() == null) {
                return;
            }
            Map<String, Map<String, List<String>>> conditions = new TreeMap<>(ofThisSyncOrNobody());
            conditions.put("Bool", Map.of("secretsmanager:BlockPublicPolicy", List.of("true")));
            allow(
                    "PutResourcePolicies",
                    List.of(PUT_POLICY),
                    there(),
                    conditions,
                    "Puts the resource policy of the sync on its secrets, and never one that lets everybody in.");
            allow(
                    "ChangeResourcePolicies",
                    List.of(GET_POLICY, DELETE_POLICY),
                    there(),
                    ofThisSyncOrNobody(),
                    "Looks whether a secret has the policy, or one of somebody else, and removes that of the sync once the sync"
                            + " wants none any more.");
            allow(
                    "ValidateResourcePolicies",
                    List.of(VALIDATE_POLICY),
                    List.of("*"),
                    inRegion(),
                    "Asks AWS about the policy when the sync is saved. Without it a mistake shows when the sync runs.");
        }

        private void useReplicaKey(ReplicaRegion replica) {
            String alias = alias(replica.keyId());
            if (isDefault(replica.keyId(), alias)) {
                return;
            }
            StringBuilder sid = new StringBuilder("UseKmsKeyIn");
            for (String part : replica.region().split("-")) {
                sid.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
            }
            allow(
                    sid.toString(),
                    List.of("kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"),
                    List.of(keyArn(replica.region(), replica.keyId(), alias)),
                    throughSecretsManager(replica.region(), alias),
                    "Encrypts the copies in " + replica.region()
                            + " with the key of that region, through Secrets Manager only.");
        }

        private static boolean isDefault(String key, String alias) {
            return key == null || key.isBlank() || KmsKeys.DEFAULT.equals(alias);
        }

        private Map<String, Map<String, List<String>>> throughSecretsManager(String region, String alias) {
            Map<String, Map<String, List<String>>> conditions = new TreeMap<>();
            String service = "secretsmanager." + region + ".";
            List<String> services = place.dnsSuffix().equals("amazonaws.com")
                    ? List.of(service + "amazonaws.com")
                    // For other partitions no document was found that says which of the two it is.
                    : List.of(service + "amazonaws.com", service + place.dnsSuffix());
            conditions.put("StringEquals", Map.of("kms:ViaService", services));
            if (alias != null) {
                conditions.put("ForAnyValue:StringEquals", Map.of(RESOURCE_ALIASES, List.of(alias)));
            }
            return conditions;
        }

        private void encrypt() {
            String region = sync.destination().region();
            String key = sync.options().keyId();
            String alias = alias(key);
            if (isDefault(key, alias)) {
                return;
            }
            allow(
                    "UseKmsKey",
                    List.of("kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"),
                    List.of(keyArn(region, key, alias)),
                    throughSecretsManager(region, alias),
                    "Encrypts with the customer managed key, through Secrets Manager only. Secrets Manager needs kms:Decrypt also"
                            + " for writing, and kms:Encrypt to encrypt anew what was under another key. The policy of the key"
                            + " must allow it, too."
                            + (alias == null
                                    ? ""
                                    : " An alias cannot be a resource: the condition says which key it is."));
            allow(
                    "DescribeKmsKeys",
                    List.of(DESCRIBE_KEY),
                    List.of(keyArn(region, KmsKeys.DEFAULT, KmsKeys.DEFAULT)),
                    Map.of(
                            "ForAnyValue:StringEquals",
                            Map.of(
                                    RESOURCE_ALIASES,
                                    alias == null ? List.of(KmsKeys.DEFAULT) : List.of(alias, KmsKeys.DEFAULT))),
                    "Tells which key an alias stands for, so that a secret that has the key already is not given it again.");
            omitted.add(new Omission(
                    List.of("kms:Decrypt"),
                    "On other keys. Without it AWS leaves the current version of a secret that was under another customer managed"
                            + " key under that key until its value changes."));
        }

        private void keepRecoverable() {
            if (deletion.forced()) {
                warnings.add(
                        "SECRET_SYNC_FORCE_DELETION is set, so that this policy has to allow deletion beyond recovery.");
                return;
            }
            deny(
                    "NeverDeleteBeyondRecovery",
                    conditions("Bool", "secretsmanager:ForceDeleteWithoutRecovery", "true"),
                    "Nobody who has this policy can delete these secrets at once.");
            deny(
                    "NeverShortenTheRecoveryWindow",
                    conditions(
                            "NumericLessThan",
                            "secretsmanager:RecoveryWindowInDays",
                            Integer.toString(deletion.recoveryWindowDays())),
                    "Nobody who has this policy can delete them with fewer days to restore them in.");
        }

        private void notNeeded() {
            if (sync.options().deletionDisabled()) {
                omitted.add(new Omission(
                        List.of(DELETE),
                        "Deletion is disabled in the sync. Only remove-secrets and removeSecrets=true delete all the same; allow"
                                + " it in ChangeSecrets for those."));
            }
            if (sync.options().tagMode() == TagMode.NEVER) {
                omitted.add(new Omission(
                        List.of(TAG, UNTAG),
                        "On secrets that are there already: with tagMode never only new secrets get tags."));
            }
            omitted.add(new Omission(
                    List.of("kms:ListAliases", DESCRIBE_KEY),
                    "Only GET /api/v1/app-connections/aws/<connection id>/kms-keys, which lists keys to choose from, needs them,"
                            + " on *. No run fails without."));
            omitted.add(new Omission(
                    List.of(UPDATE, RESTORE, DELETE, TAG, UNTAG, READ),
                    "On secrets that a deleted sync, or another destination of this one, left, whose tag "
                            + Tags.OWNER_TAG
                            + " has the id of that sync, and on names"
                            + " of an earlier key schema or destination, which only remove-secrets looks at, and with"
                            + " syncOptions.move what was left there. Where this sync is to"
                            + " have them, add that id beside its own in "
                            + RESOURCE_OWNER + ", or those names."));
        }

        private void warn(int characters) {
            if (prefix.isEmpty() && suffix.isEmpty()) {
                warnings.add(
                        "The sync has no key schema, so that the policy covers every secret of the region. Set a key"
                                + " schema such as shop/{{secretKey}}.");
            }
            if (!manyToOne && !sync.keySchema().namesFolders() && (prefix + suffix).indexOf('/') >= 0) {
                warnings.add(
                        "The sync leaves names with a further / alone; IAM's * cannot tell them apart, so that the policy"
                                + " covers them.");
            }
            if (characters > MAX_CHARACTERS) {
                warnings.add("The policy has " + characters + " characters; a managed policy has at most "
                        + MAX_CHARACTERS + ". Shorten the key schema, or put its statements into two policies.");
            }
        }

        private void allow(
                String sid,
                List<String> actions,
                List<String> resources,
                Map<String, Map<String, List<String>>> conditions,
                String reason) {
            add(new IamPolicy.Statement(sid, ALLOW, actions, resources, conditions), reason);
        }

        private void deny(String sid, Map<String, Map<String, List<String>>> conditions, String reason) {
            List<String> resources = Stream.concat(there().stream(), former(ANY_SUFFIX).stream())
                    .distinct()
                    .toList();
            add(new IamPolicy.Statement(sid, DENY, List.of(DELETE), resources, conditions), reason);
        }

        private void add(IamPolicy.Statement statement, String reason) {
            policy.add(statement);
            reasons.add(new Reason(statement.sid(), reason));
        }

        private boolean imports() {
            return sync.options().initialSyncBehavior() != InitialSyncBehavior.OVERWRITE_DESTINATION;
        }

        private String id() {
            return sync.id().toString();
        }

        private Map<String, Map<String, List<String>>> inRegion() {
            return conditions(
                    "StringEquals", "aws:RequestedRegion", sync.destination().region());
        }

        private Map<String, Map<String, List<String>>> ofThisSyncOrNobody() {
            return conditions("StringEqualsIfExists", RESOURCE_OWNER, id());
        }

        /** Of operators, keys and values in turn. */
        private static Map<String, Map<String, List<String>>> conditions(String... parts) {
            Map<String, Map<String, List<String>>> conditions = new TreeMap<>();
            for (int at = 0; at < parts.length; at += 3) {
                conditions.put(parts[at], Map.of(parts[at + 1], List.of(parts[at + 2])));
            }
            return conditions;
        }

        // Resources

        private List<String> there() {
            return names().map(names -> arn(names + ANY_SUFFIX)).toList();
        }

        /**
         * AWS does not say what the ARN of a name is that it knows no secret of: it has the six characters in the check of
         * CreateSecret, and may be without them elsewhere.
         */
        private List<String> whetherThereOrNot() {
            return names().flatMap(names -> names.endsWith("*")
                            ? Stream.of(arn(names))
                            : Stream.of(arn(names), arn(names + ANY_SUFFIX)))
                    .toList();
        }

        private Stream<String> names() {
            if (!manyToOne) {
                return Stream.of(literal(prefix) + "*" + literal(suffix));
            }
            return sync.options().sharded()
                    ? Stream.of(literal(prefix), literal(Shards.prefix(prefix)) + "*")
                    : Stream.of(literal(prefix));
        }

        private String absent() {
            return arn(manyToOne ? prefix : prefix + "permission-check-" + UUID.randomUUID() + suffix) + NO_SUFFIX;
        }

        private String arn(String names) {
            return "arn:" + place.partition() + ":secretsmanager:"
                    + sync.destination().region() + ":" + place.account() + ":secret:" + names;
        }

        /** What IAM would take for a wildcard or a variable, as a policy variable that stands for itself. */
        private static String literal(String text) {
            return text.replaceAll("[$*?]", "\\$\\{$0\\}");
        }

        /** The name of an alias with its {@code alias/}; null for the id or ARN of a key. */
        private static String alias(String key) {
            int at = key == null ? -1 : key.indexOf("alias/");
            boolean named = at == 0 || at > 0 && key.startsWith("arn:") && key.charAt(at - 1) == ':';
            return named ? key.substring(at) : null;
        }

        private String keyArn(String region, String key, String alias) {
            if (key.startsWith("arn:")) {
                return alias == null ? key : key.substring(0, key.length() - alias.length()) + "key/*";
            }
            return "arn:" + place.partition() + ":kms:" + region + ":" + place.account() + ":key/"
                    + (alias == null ? key : "*");
        }

        private static int characters(IamPolicy policy) {
            try {
                return JSON.writeValueAsString(policy).length();
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
