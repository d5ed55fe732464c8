package ai.hanzo.kms.secretsync.emulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * Random operations on five names, and the state these are in, without what is by chance: ARNs and dates. An operation
 * that rests on a check the peer is known to fail is not made.
 */
final class FuzzWorld {
    private static final int NAMES = 5;
    private static final String CURRENT = "AWSCURRENT";

    /**
     * @param words for the history
     * @param restsOn checks of the contract
     */
    record Operation(String words, Set<String> restsOn, Consumer<SecretsManagerClient> call) {}

    /** A version the sequence has made: its token and what it was made with. */
    private record Written(String token, String value) {}

    private final Random random;
    private final String prefix;
    private final List<String> names;
    private final String kmsKeyId;
    private final Set<String> deviations;
    private final Map<String, List<Written>> written = new TreeMap<>();

    FuzzWorld(long seed, String prefix, String kmsKeyId, Set<String> deviations) {
        this.random = new Random(seed);
        this.prefix = prefix;
        this.names = Arrays.asList("a", "b", "c", "d/e", "A").stream()
                .limit(NAMES)
                .map(prefix::concat)
                .toList();
        this.kmsKeyId = kmsKeyId;
        this.deviations = deviations;
    }

    /** The next operation, given the state of one of the two. */
    Operation next(SecretsManagerClient aws) {
        while (true) {
            String name = oneOf(names);
            Operation operation = operation(name, described(aws, name));
            if (operation.restsOn().stream().noneMatch(deviations::contains)) {
                return operation;
            }
        }
    }

    private Operation operation(String name, DescribeSecretResponse secret) {
        boolean labelled = secret != null
                && secret.versionIdsToStages().values().stream()
                        .anyMatch(labels -> labels.contains(CURRENT) && labels.size() > 1);
        boolean scheduled = secret != null && secret.deletedDate() != null;
        return switch (random.nextInt(14)) {
            case 0, 1 -> create(name, scheduled);
            case 2, 3 -> put(name, scheduled, labelled);
            case 4 -> putAgain(name, scheduled);
            case 5 -> putLabels(name, scheduled);
            case 6, 7 -> update(name, labelled);
            case 8 -> moveLabel(name, secret, scheduled);
            case 9 -> tag(name, scheduled);
            case 10 -> untag(name, scheduled);
            case 11 -> delete(name);
            case 12 -> forceDelete(name);
            default -> restore(name);
        };
    }

    private Operation create(String name, boolean scheduled) {
        Written version = version(name);
        boolean valued = random.nextInt(5) > 0;
        boolean described = random.nextBoolean();
        boolean encrypted = random.nextInt(4) == 0;
        List<Tag> tags = random.nextBoolean() ? List.of(tag("k1", "created"), tag("k2", "")) : List.of();
        return operation(
                "create",
                name,
                version,
                scheduled ? Set.of("CREATE-SCHEDULED") : Set.of(),
                aws -> aws.createSecret(create -> {
                    create.name(name).clientRequestToken(version.token()).tags(tags);
                    if (valued) {
                        create.secretString(version.value());
                    }
                    if (described) {
                        create.description("created with " + version.value());
                    }
                    if (encrypted) {
                        create.kmsKeyId(kmsKeyId);
                    }
                }));
    }

    private Operation put(String name, boolean scheduled, boolean labelled) {
        Written version = version(name);
        boolean binary = random.nextInt(4) == 0;
        Set<String> restsOn = new TreeSet<>();
        if (scheduled) {
            restsOn.add("PUT-SCHEDULED");
        }
        if (labelled) {
            restsOn.add("PUT-KEEPS-LABELS");
        }
        return operation(
                "put" + (binary ? " binary" : ""),
                name,
                version,
                restsOn,
                aws -> aws.putSecretValue(put -> {
                    put.secretId(name).clientRequestToken(version.token());
                    if (binary) {
                        put.secretBinary(SdkBytes.fromUtf8String(version.value()));
                    } else {
                        put.secretString(version.value());
                    }
                }));
    }

    /** A token that was used before, with its value or another one. */
    private Operation putAgain(String name, boolean scheduled) {
        List<Written> before = written.getOrDefault(name, List.of());
        Written version = before.isEmpty() ? version(name) : oneOf(before);
        boolean other = random.nextBoolean();
        Set<String> restsOn = new TreeSet<>(Set.of(other ? "PUT-AGAIN-OTHER" : "PUT-AGAIN-SAME"));
        if (scheduled) {
            restsOn.add("PUT-SCHEDULED");
        }
        return operation(
                "put again" + (other ? " with another value" : ""),
                name,
                version,
                restsOn,
                aws -> aws.putSecretValue(put -> put.secretId(name)
                        .clientRequestToken(version.token())
                        .secretString(version.value() + (other ? " other" : ""))));
    }

    private Operation putLabels(String name, boolean scheduled) {
        Written version = version(name);
        List<String> labels = random.nextBoolean() ? List.of("MINE") : List.of("MINE", "AWSPENDING");
        return operation(
                "put as " + labels,
                name,
                version,
                scheduled ? Set.of("PUT-SCHEDULED") : Set.of(),
                aws -> aws.putSecretValue(put -> put.secretId(name)
                        .clientRequestToken(version.token())
                        .secretString(version.value())
                        .versionStages(labels)));
    }

    private Operation update(String name, boolean labelled) {
        Written version = version(name);
        boolean valued = random.nextBoolean();
        boolean described = random.nextBoolean();
        boolean encrypted = random.nextInt(4) == 0;
        return operation(
                "update" + (valued ? " value" : "") + (described ? " description" : "") + (encrypted ? " key" : ""),
                name,
                version,
                valued && labelled ? Set.of("UPDATE-KEEPS-LABELS") : Set.of(),
                aws -> aws.updateSecret(update -> {
                    update.secretId(name).clientRequestToken(version.token());
                    if (valued) {
                        update.secretString(version.value());
                    }
                    if (described) {
                        update.description("updated with " + version.value());
                    }
                    if (encrypted) {
                        update.kmsKeyId(kmsKeyId);
                    }
                }));
    }

    /** Moves a label from the version that has it, if one has, to another that has one. */
    private Operation moveLabel(String name, DescribeSecretResponse secret, boolean scheduled) {
        Map<String, List<String>> versions = secret == null || !secret.hasVersionIdsToStages()
                ? Map.of()
                : new TreeMap<>(secret.versionIdsToStages());
        if (versions.isEmpty()) {
            return restore(name);
        }
        String label = oneOf(List.of(CURRENT, "MINE"));
        String to = oneOf(List.copyOf(versions.keySet()));
        String from = versions.keySet().stream()
                .filter(id -> versions.get(id).contains(label))
                .findFirst()
                .orElse(null);
        Set<String> restsOn = new TreeSet<>();
        if (scheduled) {
            restsOn.add("STAGE-SCHEDULED");
        }
        if (to.equals(from)) {
            restsOn.add("STAGE-SAME");
        }
        return operation(
                "move " + label + " from " + from + " to",
                name,
                new Written(to, ""),
                restsOn,
                aws -> aws.updateSecretVersionStage(move -> move.secretId(name)
                        .versionStage(label)
                        .moveToVersionId(to)
                        .removeFromVersionId(from)));
    }

    private Operation tag(String name, boolean scheduled) {
        Tag tag = tag("k" + random.nextInt(3), "v" + random.nextInt(3));
        return new Operation(
                "tag " + shortName(name) + " " + tag.key() + "=" + tag.value(),
                scheduled ? Set.of("TAG-SCHEDULED") : Set.of(),
                aws -> aws.tagResource(request -> request.secretId(name).tags(tag)));
    }

    private Operation untag(String name, boolean scheduled) {
        String key = "k" + random.nextInt(3);
        return new Operation(
                "untag " + shortName(name) + " " + key,
                scheduled ? Set.of("TAG-SCHEDULED") : Set.of(),
                aws -> aws.untagResource(untag -> untag.secretId(name).tagKeys(key)));
    }

    private Operation delete(String name) {
        return new Operation(
                "delete " + shortName(name),
                Set.of(),
                aws -> aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(7L)));
    }

    private Operation forceDelete(String name) {
        return new Operation(
                "force-delete " + shortName(name),
                Set.of(),
                aws -> aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true)));
    }

    private Operation restore(String name) {
        return new Operation(
                "restore " + shortName(name), Set.of(), aws -> aws.restoreSecret(restore -> restore.secretId(name)));
    }

    private Operation operation(
            String words, String name, Written version, Set<String> restsOn, Consumer<SecretsManagerClient> call) {
        return new Operation(words + " " + shortName(name) + " " + version.token(), restsOn, aws -> {
            call.accept(aws);
            if (!version.value().isEmpty()) {
                remember(name, version);
            }
        });
    }

    private void remember(String name, Written version) {
        List<Written> before = written.computeIfAbsent(name, any -> new ArrayList<>());
        if (!before.contains(version)) {
            before.add(version);
        }
    }

    private Written version(String name) {
        String token = UUID.nameUUIDFromBytes((name + random.nextLong()).getBytes(StandardCharsets.UTF_8))
                .toString();
        return new Written(token, "v" + random.nextInt(1_000));
    }

    private String shortName(String name) {
        return name.substring(prefix.length());
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    /** The code of the refusal, or what says that it was done. */
    static String answer(SecretsManagerClient aws, Operation operation) {
        try {
            operation.call().accept(aws);
            return "done";
        } catch (AwsServiceException e) {
            return e.awsErrorDetails().errorCode();
        }
    }

    /** By name what everybody can see of the secret. */
    Map<String, Map<String, Object>> state(SecretsManagerClient aws) {
        Map<String, Map<String, Object>> state = new TreeMap<>();
        for (String name : names) {
            DescribeSecretResponse secret = described(aws, name);
            if (secret != null) {
                state.put(shortName(name), state(aws, secret, !deviations.contains("PUT-DEPRECATED")));
            }
        }
        return state;
    }

    /**
     * @param deprecated whether versions without labels are part of it: nobody is to see them
     */
    private static Map<String, Object> state(
            SecretsManagerClient aws, DescribeSecretResponse secret, boolean deprecated) {
        Map<String, Object> state = new TreeMap<>();
        state.put("description", String.valueOf(secret.description()));
        state.put("key", String.valueOf(secret.kmsKeyId()));
        state.put("deleted", secret.deletedDate() != null);
        state.put(
                "tags",
                secret.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value, (a, b) -> a + b, TreeMap::new)));
        Map<String, Object> versions = new TreeMap<>();
        secret.versionIdsToStages().forEach((id, labels) -> {
            if (deprecated || !labels.isEmpty()) {
                versions.put(id, new TreeSet<>(labels));
            }
        });
        state.put("versions", versions);
        if (secret.deletedDate() == null) {
            versions.keySet().forEach(id -> state.put("value of " + id, value(aws, secret.name(), id)));
        }
        return state;
    }

    private static String value(SecretsManagerClient aws, String name, String versionId) {
        var value = aws.getSecretValue(get -> get.secretId(name).versionId(versionId));
        return value.secretString() == null ? "binary " + value.secretBinary().asUtf8String() : value.secretString();
    }

    /** Null where there is none. */
    private static DescribeSecretResponse described(SecretsManagerClient aws, String name) {
        try {
            return aws.describeSecret(describe -> describe.secretId(name));
        } catch (ResourceNotFoundException e) {
            return null;
        }
    }

    void clear(SecretsManagerClient aws) {
        names.forEach(name -> aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true)));
    }
}
