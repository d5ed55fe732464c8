package ai.hanzo.kms.secretsync.emulator;

import ai.hanzo.kms.secretsync.emulator.Secret.Version;
import ai.hanzo.kms.secretsync.emulator.SecretStore.Creation;
import ai.hanzo.kms.secretsync.emulator.SecretStore.Partition;
import ai.hanzo.kms.secretsync.emulator.SecretStore.Range;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * {@code ListSecrets}, {@code ListSecretVersionIds} and {@code BatchGetSecretValue}. A page costs what it holds in the
 * orders by creation and by name; filters other than one for a name's prefix look at each secret once per traversal.
 * The orders by change and by access sort all matching secrets for each page.
 */
final class SecretListing {
    /** Up to so many secrets with a name's prefix are put in order; beyond that the order by creation is walked. */
    private static final int FEW = 1_000;

    private static final String ORDER = "created-date";

    private final SecretStore store;
    private final SecretsManagerOperations.Secrets secrets;
    private final Clock clock;
    private final KmsOperations kms;
    private volatile Duration lag = Duration.ZERO;

    SecretListing(SecretStore store, Clock clock, KmsOperations kms) {
        this.store = store;
        this.secrets = new SecretsManagerOperations.Secrets(store);
        this.clock = clock;
        this.kms = kms;
    }

    void lag(Duration behind) {
        if (behind.isNegative() || behind.compareTo(SecretStore.MEMORY) > 0) {
            throw new IllegalArgumentException("Lists can be at most " + SecretStore.MEMORY + " behind");
        }
        lag = behind;
    }

    private record Page(List<Secret> secrets, String nextToken) {}

    ObjectNode listSecrets(Request request, Caller caller) {
        Integer max = request.number("MaxResults", 1, 100);
        SecretFilter filter = SecretFilter.of(request);
        boolean planned = request.flag("IncludePlannedDeletion");
        String sortBy = enumerated(request, "SortBy", ORDER, "last-accessed-date", "last-changed-date", "name");
        boolean descending = "desc".equals(enumerated(request, "SortOrder", "asc", "desc"));
        Page page = page(request, caller, filter, planned, sortBy, descending, max == null ? 100 : max);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("SecretList");
        for (Secret secret : page.secrets()) {
            ObjectNode entry = entry(secret);
            if (secret.kmsKeyId() != null) {
                entry.put(
                        "KmsKeyId",
                        kms.resolve(secret.account(), secret.region(), secret.kmsKeyId())
                                .map(KmsOperations.Key::arn)
                                .orElse(secret.kmsKeyId()));
            }
            ObjectNode stages = versionsToStages(secret);
            if (!stages.isEmpty()) {
                entry.set("SecretVersionsToStages", stages);
            }
            list.add(entry);
        }
        if (page.nextToken() != null) {
            answer.put("NextToken", page.nextToken());
        }
        return answer;
    }

    private static String enumerated(Request request, String member, String... values) {
        String value = request.text(member);
        if (value != null && !List.of(values).contains(value)) {
            throw Request.constraint(member, "Member must satisfy enum value set: " + List.of(values));
        }
        return value == null ? values[0] : value;
    }

    private Page page(
            Request request,
            Caller caller,
            SecretFilter filter,
            boolean planned,
            String sortBy,
            boolean descending,
            int max) {
        String list = sortBy + (descending ? "-desc" : "-asc");
        PageToken token = PageToken.of(request, list);
        Instant time = clock.instant().minus(lag);
        Function<Secret, Instant> date = switch (sortBy) {
            case "last-accessed-date" -> SecretListing::accessed;
            case "last-changed-date" -> Secret::lastChangedDate;
            case "name" -> secret -> null;
            default -> Secret::createdDate;
        };
        Partition partition = store.partition(caller.account(), caller.region());
        List<Secret> found = new ArrayList<>(Math.min(max, 100) + 1);
        for (Secret secret : candidates(partition, filter, sortBy, descending, token, time, date)) {
            if ((planned || !secret.isDeleted()) && filter.matches(secret)) {
                found.add(secret);
                if (found.size() > max) {
                    break;
                }
            }
        }
        if (found.size() <= max) {
            return new Page(found, null);
        }
        Secret last = found.get(max - 1);
        return new Page(found.subList(0, max), new PageToken(list, date.apply(last), last.name()).encoded());
    }

    private static Iterable<Secret> candidates(
            Partition partition,
            SecretFilter filter,
            String sortBy,
            boolean descending,
            PageToken token,
            Instant time,
            Function<Secret, Instant> date) {
        Range range = filter.namePrefix().map(Range::ofPrefix).orElse(Range.ALL);
        if (sortBy.equals("name") && !descending) {
            return partition.byName(token == null ? range : range.after(token.name()), time);
        }
        Comparator<Secret> ascending = sortBy.equals("name")
                ? Comparator.comparing(Secret::name)
                : Comparator.comparing(date).thenComparing(Secret::name);
        Comparator<Secret> order = descending ? ascending.reversed() : ascending;
        if (sortBy.equals(ORDER)) {
            List<Secret> few = range == Range.ALL ? null : atMost(FEW, partition.byName(range, time));
            return few != null
                    ? after(token, few, order, descending, date)
                    : partition.byCreation(
                            token == null ? null : new Creation(token.at(), token.name()), descending, time);
        }
        List<Secret> all = new ArrayList<>();
        partition.byName(range, time).forEach(all::add);
        return after(token, all, order, descending, date);
    }

    private static List<Secret> atMost(int limit, Iterable<Secret> secrets) {
        List<Secret> some = StreamSupport.stream(secrets.spliterator(), false)
                .limit(limit + 1L)
                .toList();
        return some.size() > limit ? null : some;
    }

    private static List<Secret> after(
            PageToken token,
            List<Secret> secrets,
            Comparator<Secret> order,
            boolean descending,
            Function<Secret, Instant> date) {
        return secrets.stream()
                .filter(secret -> token == null || isAfter(secret, token, descending, date))
                .sorted(order)
                .toList();
    }

    private static boolean isAfter(Secret secret, PageToken token, boolean descending, Function<Secret, Instant> date) {
        Instant at = date.apply(secret);
        int byDate = at == null || token.at() == null ? 0 : at.compareTo(token.at());
        int compared = byDate != 0 ? byDate : secret.name().compareTo(token.name());
        return descending ? compared < 0 : compared > 0;
    }

    private static Instant accessed(Secret secret) {
        return secret.lastAccessedDate() == null ? Instant.EPOCH : secret.lastAccessedDate();
    }

    /** What the answers of {@code ListSecrets} and {@code DescribeSecret} have in common. */
    static ObjectNode entry(Secret secret) {
        ObjectNode entry = SecretsManagerOperations.named(secret);
        putIfSet(entry, "Description", secret.description());
        putIfSet(entry, "Type", secret.type());
        putIfSet(entry, "OwningService", secret.owningService());
        putIfSet(entry, "PrimaryRegion", secret.primaryRegion());
        putIfSet(entry, "RotationLambdaARN", secret.rotationLambdaArn());
        if (secret.rotationEnabled() != null) {
            entry.put("RotationEnabled", secret.rotationEnabled());
        }
        if (secret.rotationRules() != null) {
            entry.set("RotationRules", Json.MAPPER.valueToTree(secret.rotationRules()));
        }
        Json.date(entry, "CreatedDate", secret.createdDate());
        Json.date(entry, "LastChangedDate", secret.lastChangedDate());
        Json.date(entry, "LastAccessedDate", secret.lastAccessedDate());
        Json.date(entry, "DeletedDate", secret.deletedDate());
        if (!secret.tags().isEmpty()) {
            ArrayNode tags = entry.putArray("Tags");
            secret.tags()
                    .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        }
        return entry;
    }

    private static void putIfSet(ObjectNode node, String member, String text) {
        if (text != null && !text.isEmpty()) {
            node.put(member, text);
        }
    }

    static ObjectNode versionsToStages(Secret secret) {
        ObjectNode versions = JsonNodeFactory.instance.objectNode();
        for (Version version : secret.versions()) {
            if (!version.stages().isEmpty()) {
                version.stages().forEach(versions.putArray(version.id())::add);
            }
        }
        return versions;
    }

    ObjectNode listSecretVersionIds(Request request, Caller caller) {
        Integer max = request.number("MaxResults", 1, 100);
        Secret secret = secrets.require(request.secretId(), caller);
        boolean deprecated = request.flag("IncludeDeprecated");
        PageToken token = PageToken.of(request, "versions");
        int limit = max == null ? 100 : max;
        List<Version> rest = secret.versions().stream()
                .filter(version -> deprecated || !version.stages().isEmpty())
                .filter(version -> token == null || isAfter(version, token))
                .sorted(Comparator.comparing(Version::createdDate).thenComparing(Version::id))
                .toList();
        ObjectNode answer = SecretsManagerOperations.named(secret);
        ArrayNode list = answer.putArray("Versions");
        for (Version version : rest.subList(0, Math.min(limit, rest.size()))) {
            ObjectNode entry = list.addObject().put("VersionId", version.id());
            if (!version.stages().isEmpty()) {
                version.stages().forEach(entry.putArray("VersionStages")::add);
            }
            Json.date(entry, "CreatedDate", version.createdDate());
            Json.date(entry, "LastAccessedDate", version.lastAccessedDate());
            entry.putArray("KmsKeyIds").add(version.kmsKeyId() == null ? "DefaultEncryptionKey" : version.kmsKeyId());
        }
        if (rest.size() > limit) {
            Version last = rest.get(limit - 1);
            answer.put("NextToken", new PageToken("versions", last.createdDate(), last.id()).encoded());
        }
        return answer;
    }

    private static boolean isAfter(Version version, PageToken token) {
        int byDate = version.createdDate().compareTo(token.at());
        return byDate > 0 || byDate == 0 && version.id().compareTo(token.name()) > 0;
    }

    ObjectNode batchGetSecretValue(Request request, Caller caller, SecretsManagerOperations values) {
        List<String> ids = request.texts("SecretIdList", 1, 20);
        Integer max = request.number("MaxResults", 1, 20);
        boolean filters = request.has("Filters");
        if (ids != null == filters) {
            throw AwsException.invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
        }
        if (max != null && !filters) {
            throw AwsException.invalidParameter(
                    "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.");
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        List<String> wanted;
        if (filters) {
            Page page = page(request, caller, SecretFilter.of(request), false, ORDER, false, max == null ? 20 : max);
            wanted = page.secrets().stream().map(Secret::name).toList();
            if (page.nextToken() != null) {
                answer.put("NextToken", page.nextToken());
            }
        } else {
            wanted = List.copyOf(ids);
        }
        ArrayNode found = answer.putArray("SecretValues");
        ArrayNode errors = answer.putArray("Errors");
        for (String id : wanted) {
            try {
                found.add(values.valueOf(Request.secretId(id), caller));
            } catch (AwsException e) {
                errors.addObject()
                        .put("SecretId", id)
                        .put("ErrorCode", e.code())
                        .put("Message", e.getMessage());
            }
        }
        return answer;
    }
}
