package ai.hanzo.kms.secretsync.emulator;

import static ai.hanzo.kms.secretsync.emulator.Contract.Evidence.A;
import static ai.hanzo.kms.secretsync.emulator.Contract.Evidence.D;
import static ai.hanzo.kms.secretsync.emulator.Contract.Evidence.M;
import static ai.hanzo.kms.secretsync.emulator.Contract.Evidence.R;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import ai.hanzo.kms.secretsync.emulator.Contract.Body;
import ai.hanzo.kms.secretsync.emulator.Contract.Check;
import ai.hanzo.kms.secretsync.emulator.Contract.Evidence;
import ai.hanzo.kms.secretsync.emulator.Contract.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SortByType;
import software.amazon.awssdk.services.secretsmanager.model.SortOrderType;
import software.amazon.awssdk.services.secretsmanager.model.StatusType;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/**
 * What AWS Secrets Manager and STS do, as far as a sync service depends on it, with the evidence for each expectation.
 * It talks to any {@link Target}: the emulator must meet all of it, a {@link Peer} all but what is known of it.
 */
final class SecretsManagerContract implements AutoCloseable {
    private static final String REFERENCE = "API reference";
    private static final String MODEL = "service model";
    private static final String LOCALSTACK = "LocalStack snapshots of AWS";
    private static final String MOTO = "moto aws_verified";
    private static final String GUIDE = "user guide";

    private final Target target;
    private final SdkHttpClient http =
            ApacheHttpClient.builder().maxConnections(64).build();
    private final SecretsManagerClient aws;
    private final StsClient sts;
    private final RawAws raw;
    private final List<Check> checks = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();

    SecretsManagerContract(Target target) {
        this.target = target;
        aws = client(target.credentials(), target.region());
        sts = StsClient.builder()
                .endpointOverride(target.endpoint())
                .region(Region.of(target.region()))
                .credentialsProvider(StaticCredentialsProvider.create(target.credentials()))
                .httpClient(http)
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        raw = new RawAws(
                target.endpoint() == null
                        ? SecretsManagerClient.serviceMetadata().endpointFor(Region.of(target.region()))
                        : target.endpoint(),
                target.credentials(),
                target.region());
        creating();
        reading();
        putting();
        updating();
        movingLabels();
        describing();
        listing();
        filtering();
        batchReading();
        tagging();
        deleting();
        policies();
        replicating();
        rotating();
        passwords();
        assumingRoles();
        protocol();
        inParallel();
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    /** Deletes all that the checks left. */
    void cleanUp() {
        for (String region : List.of(target.region(), otherRegion())) {
            try (SecretsManagerClient there = client(target.credentials(), region)) {
                leftIn(there).forEach(secret -> delete(there, secret.name()));
            }
        }
    }

    /** Names of what the checks left. */
    List<String> left() {
        return Stream.of(target.region(), otherRegion())
                .flatMap(region -> {
                    try (SecretsManagerClient there = client(target.credentials(), region)) {
                        return leftIn(there).stream().map(SecretListEntry::name);
                    }
                })
                .toList();
    }

    private List<SecretListEntry> leftIn(SecretsManagerClient there) {
        return there
                .listSecretsPaginator(
                        list -> list.filters(named(target.prefix())).includePlannedDeletion(true))
                .stream()
                .flatMap(page -> page.secretList().stream())
                .toList();
    }

    private static void delete(SecretsManagerClient there, String name) {
        List<String> replicas = there.describeSecret(describe -> describe.secretId(name)).replicationStatus().stream()
                .map(status -> status.region())
                .toList();
        if (!replicas.isEmpty()) {
            there.removeRegionsFromReplication(remove -> remove.secretId(name).removeReplicaRegions(replicas));
        }
        there.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));
    }

    @Override
    public void close() {
        aws.close();
        sts.close();
        http.close();
    }

    private SecretsManagerClient client(AwsCredentials credentials, String region) {
        return SecretsManagerClient.builder()
                .endpointOverride(target.endpoint())
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClient(http)
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    private void check(String id, Evidence evidence, String source, String title, Body body) {
        checks.add(new Check(id, evidence, source, title, body));
    }

    // Words of the checks

    private String name() {
        return target.prefix() + "s" + names.incrementAndGet();
    }

    private static String token() {
        return UUID.randomUUID().toString();
    }

    private String created(String value) {
        String name = name();
        aws.createSecret(create -> create.name(name).secretString(value));
        return name;
    }

    private String scheduled() {
        String name = created("v");
        aws.deleteSecret(delete -> delete.secretId(name));
        return name;
    }

    private String valueOf(String name) {
        return aws.getSecretValue(get -> get.secretId(name)).secretString();
    }

    private DescribeSecretResponse described(String name) {
        return aws.describeSecret(describe -> describe.secretId(name));
    }

    private Map<String, String> tagsOf(String name) {
        return described(name).tags().stream().collect(Collectors.toMap(Tag::key, Tag::value));
    }

    private PutSecretValueResponse put(String name, String token, String value) {
        return aws.putSecretValue(
                put -> put.secretId(name).clientRequestToken(token).secretString(value));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private static void refused(ThrowingCallable call) {
        AwsServiceException error = error(call);
        assertThat(error.statusCode()).isEqualTo(400);
    }

    private static void refused(String code, ThrowingCallable call) {
        AwsServiceException error = error(call);
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(error.statusCode()).isEqualTo(400);
    }

    private static void refused(String code, String message, ThrowingCallable call) {
        refused(code, () -> {
            AwsServiceException error = error(call);
            assertThat(error.awsErrorDetails().errorMessage()).isEqualTo(message);
            throw error;
        });
    }

    private static AwsServiceException error(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (thrown instanceof AssertionError failed) {
            throw failed;
        }
        assertThat(thrown).isInstanceOf(AwsServiceException.class);
        return (AwsServiceException) thrown;
    }

    private static Filter filter(FilterNameStringType key, String... values) {
        return Filter.builder().key(key).values(values).build();
    }

    private static Filter named(String... prefixes) {
        return filter(FilterNameStringType.NAME, prefixes);
    }

    private List<SecretListEntry> listed(Consumer<ListSecretsRequest.Builder> request) {
        return aws.listSecretsPaginator(request).stream()
                .flatMap(page -> page.secretList().stream())
                .toList();
    }

    private Set<String> listedNames(Filter... filters) {
        return listed(list -> list.filters(filters)).stream()
                .map(SecretListEntry::name)
                .collect(Collectors.toSet());
    }

    /** Lists may be behind: tries until the list is as expected, or fails as the last try did. */
    private void inTime(Body expectation) throws Exception {
        Instant end = Instant.now().plus(target.listDelay());
        while (true) {
            try {
                expectation.run();
                return;
            } catch (AssertionError failed) {
                if (Instant.now().isAfter(end)) {
                    throw failed;
                }
                Thread.sleep(Duration.ofSeconds(5).toMillis());
            }
        }
    }

    private List<String> createdTogether(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String name = prefix + String.format("%03d", i);
                    aws.createSecret(create -> create.name(name).secretString("v" + name));
                    return name;
                })
                .toList();
    }

    private static <T> List<T> inParallel(int threads, int calls, Function<Integer, T> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<T>> work = new ArrayList<>();
            IntStream.range(0, calls).forEach(i -> work.add(() -> call.apply(i)));
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(work)) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private void creating() {
        check("CREATE-TAGS", D, REFERENCE, "tags are kept", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).secretString("v").tags(tag("a", "1"), tag("b", "")));
            assertThat(tagsOf(name)).isEqualTo(Map.of("a", "1", "b", ""));
        });
        check("CREATE-DESCRIPTION", D, REFERENCE, "the description is kept", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).secretString("v").description("words"));
            assertThat(described(name).description()).isEqualTo("words");
        });
        check("CREATE-KMS", D, REFERENCE, "the KMS key is kept", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).secretString("v").kmsKeyId(target.kmsKeyId()));
            assertThat(described(name).kmsKeyId()).contains(target.kmsKeyId());
        });
        check("CREATE-TOKEN", R, LOCALSTACK, "the token becomes the version's id", () -> {
            String token = token();
            String name = name();
            CreateSecretResponse response = aws.createSecret(
                    create -> create.name(name).secretString("v").clientRequestToken(token));
            assertThat(response.versionId()).isEqualTo(token);
            assertThat(aws.getSecretValue(get -> get.secretId(name)).versionId())
                    .isEqualTo(token);
        });
        check("CREATE-ARN", D, REFERENCE, "the ARN ends with the name, a hyphen and six characters", () -> {
            String name = name();
            String arn = aws.createSecret(create -> create.name(name)).arn();
            assertThat(arn)
                    .matches("arn:aws:secretsmanager:" + target.region() + ":\\d{12}:secret:" + Pattern.quote(name)
                            + "-[A-Za-z0-9]{6}");
        });
        check("CREATE-AGAIN-SAME", R, "recorded from AWS", "same token and value again: same answer", () -> {
            CreateSecretRequest request = CreateSecretRequest.builder()
                    .name(name())
                    .secretString("v")
                    .clientRequestToken(token())
                    .build();
            CreateSecretResponse first = aws.createSecret(request);
            CreateSecretResponse second = aws.createSecret(request);
            assertThat(second.arn()).isEqualTo(first.arn());
            assertThat(second.versionId()).isEqualTo(first.versionId());
        });
        check("CREATE-AGAIN-OTHER", R, "recorded from AWS", "same token, other value: refused", () -> {
            String token = token();
            String name = name();
            String arn = aws.createSecret(
                            create -> create.name(name).secretString("v").clientRequestToken(token))
                    .arn();
            refused(
                    "ResourceExistsException",
                    "You can't use ClientRequestToken " + token
                            + " because that value is already in use for a version of secret " + arn + ".",
                    () -> aws.createSecret(
                            create -> create.name(name).secretString("w").clientRequestToken(token)));
        });
        check("CREATE-EXISTS", R, LOCALSTACK, "an existing name is refused", () -> {
            String name = created("v");
            refused(
                    "ResourceExistsException",
                    "The operation failed because the secret " + name + " already exists.",
                    () -> aws.createSecret(create -> create.name(name).secretString("v")));
        });
        check("CREATE-NO-TOKEN", R, LOCALSTACK, "a raw request without a token is refused", () -> {
            RawAws.Answer answer =
                    raw.secretsManager("CreateSecret", "{\"Name\":\"" + name() + "\",\"SecretString\":\"v\"}");
            assertThat(answer.code()).isEqualTo("InvalidRequestException");
            assertThat(answer.body()).contains("You must provide a ClientRequestToken value.");
        });
        Stream.of(10, 31, 65)
                .forEach(length -> check(
                        "CREATE-TOKEN-" + length, M, MODEL, "a token of " + length + " characters is refused", () -> {
                            refused(() -> aws.createSecret(create ->
                                    create.name(name()).secretString("v").clientRequestToken("t".repeat(length))));
                        }));
        check("CREATE-TOKEN-64", M, MODEL, "tokens of 32 and 64 characters are taken", () -> {
            Stream.of(32, 64)
                    .forEach(length -> assertThat(aws.createSecret(create -> create.name(name())
                                            .secretString("v")
                                            .clientRequestToken("0".repeat(length)))
                                    .versionId())
                            .hasSize(length));
        });
        Stream.of("with space", "sharp#", "colon:", "star*", "unicode-ä", "back\\slash", "question?")
                .forEach(name -> check(
                        "CREATE-NAME-" + name.replaceAll("[^a-z]", ""),
                        R,
                        LOCALSTACK,
                        "the name '" + name + "' is refused",
                        () -> refused(
                                "ValidationException",
                                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the"
                                        + " following: -/_+=.@!",
                                () -> aws.createSecret(create ->
                                        create.name(target.prefix() + name).secretString("v")))));
        check("CREATE-NAME-CHARACTERS", R, LOCALSTACK, "all allowed characters are taken", () -> {
            String name = name() + "/Valid/_+=.@-Name-a1b2";
            aws.createSecret(create -> create.name(name).secretString("v"));
            assertThat(valueOf(name)).isEqualTo("v");
        });
        check("CREATE-NAME-SUFFIX", R, LOCALSTACK, "a name that ends like an ARN is found by name and ARN", () -> {
            String name = name() + "-a1b2c3";
            String arn = aws.createSecret(create -> create.name(name).secretString("v"))
                    .arn();
            assertThat(valueOf(name)).isEqualTo("v");
            assertThat(valueOf(arn)).isEqualTo("v");
        });
        check("CREATE-NAME-512", M, MODEL, "512 characters are taken, 513 refused", () -> {
            String name = name() + "/";
            String longest = name + "n".repeat(512 - name.length());
            aws.createSecret(create -> create.name(longest).secretString("v"));
            refused(() -> aws.createSecret(create -> create.name(longest + "n").secretString("v")));
        });
        check("CREATE-DESCRIPTION-2048", M, MODEL, "2,048 characters of description are taken, 2,049 refused", () -> {
            aws.createSecret(create -> create.name(name()).description("d".repeat(2048)));
            refused(() -> aws.createSecret(create -> create.name(name()).description("d".repeat(2049))));
        });
        check("CREATE-NO-VALUE", R, LOCALSTACK, "without a value there is no version to read", () -> {
            String name = name();
            assertThat(aws.createSecret(create -> create.name(name)).versionId())
                    .isNull();
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
                    () -> valueOf(name));
        });
        check("CREATE-BOTH-VALUES", A, REFERENCE, "a string and binary together are refused", () -> {
            refused(() -> aws.createSecret(
                    create -> create.name(name()).secretString("v").secretBinary(SdkBytes.fromUtf8String("v"))));
        });
        check("CREATE-65536", M, MODEL, "65,536 bytes are taken, one more is refused", () -> {
            String name = created("v".repeat(65_536));
            assertThat(valueOf(name)).hasSize(65_536);
            refused(() -> created("v".repeat(65_537)));
        });
        check("CREATE-65536-UTF8", D, GUIDE, "the limit counts bytes, not characters", () -> {
            refused(() -> created("ä".repeat(32_769)));
            assertThat(valueOf(created("ä".repeat(32_768)))).hasSize(32_768);
        });
        check("CREATE-BINARY-65537", M, MODEL, "65,537 bytes of binary are refused", () -> {
            refused(() -> aws.createSecret(
                    create -> create.name(name()).secretBinary(SdkBytes.fromByteArray(new byte[65_537]))));
        });
        check("CREATE-EMPTY", M, MODEL, "an empty string is refused", () -> refused(() -> created("")));
        check("CREATE-TAGS-50", D, GUIDE, "50 tags are taken, 51 refused", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).tags(tags(50)));
            assertThat(described(name).tags()).hasSize(50);
            refused(() -> aws.createSecret(create -> create.name(name()).tags(tags(51))));
        });
        check("CREATE-TAG-AWS", D, GUIDE, "tag keys of AWS are refused", () -> {
            refused(() -> aws.createSecret(create -> create.name(name()).tags(tag("aws:x", "1"))));
        });
        check("CREATE-TAG-KEY", M, MODEL, "tag keys of 1 to 128 characters", () -> {
            aws.createSecret(create -> create.name(name()).tags(tag("k".repeat(128), "1")));
            refused(() -> aws.createSecret(create -> create.name(name()).tags(tag("k".repeat(129), "1"))));
            refused(() -> aws.createSecret(create -> create.name(name()).tags(tag("", "1"))));
        });
        check("CREATE-TAG-VALUE", M, MODEL, "tag values of up to 256 characters", () -> {
            aws.createSecret(create -> create.name(name()).tags(tag("k", "v".repeat(256))));
            refused(() -> aws.createSecret(create -> create.name(name()).tags(tag("k", "v".repeat(257)))));
        });
        check("CREATE-TAG-TWICE", A, REFERENCE, "a tag key that is there twice is refused", () -> {
            refused(() -> aws.createSecret(create -> create.name(name()).tags(tag("k", "1"), tag("k", "2"))));
        });
        check("CREATE-KMS-UNKNOWN", D, REFERENCE, "a key that does not exist is refused", () -> {
            refused(() -> aws.createSecret(create ->
                    create.name(name()).secretString("v").kmsKeyId("alias/" + target.prefix() + "no-such-key")));
        });
        check("CREATE-KMS-DEFAULT", D, REFERENCE, "the default key's alias is not reported", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).secretString("v").kmsKeyId("alias/aws/secretsmanager"));
            assertThat(described(name).kmsKeyId()).isNull();
        });
        check("CREATE-SCHEDULED", R, LOCALSTACK, "a name that is scheduled for deletion is refused", () -> {
            String name = scheduled();
            refused(
                    "InvalidRequestException",
                    "You can't create this secret because a secret with this name is already scheduled for deletion.",
                    () -> aws.createSecret(create -> create.name(name).secretString("v")));
        });
        check("CREATE-AFTER-FORCE", R, LOCALSTACK, "after forced deletion the name is free and the ARN new", () -> {
            String name = name();
            String first = aws.createSecret(create -> create.name(name)).arn();
            aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));
            assertThat(aws.createSecret(create -> create.name(name)).arn()).isNotEqualTo(first);
        });
    }

    private static List<Tag> tags(int count) {
        return IntStream.range(0, count).mapToObj(i -> tag("k" + i, "v")).toList();
    }

    private void reading() {
        check("GET-MISSING", R, LOCALSTACK, "a missing secret", () -> {
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret.",
                    () -> valueOf(name()));
        });
        check("GET-STAGE-MISSING", R, LOCALSTACK, "a missing label", () -> {
            String name = created("v");
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
                    () -> aws.getSecretValue(get -> get.secretId(name).versionStage("AWSPREVIOUS")));
        });
        check("GET-VERSION-MISSING", R, LOCALSTACK, "a missing version", () -> {
            String name = created("v");
            String id = token();
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret value for VersionId: " + id,
                    () -> aws.getSecretValue(get -> get.secretId(name).versionId(id)));
        });
        check("GET-VERSION-STAGE", A, REFERENCE, "a version without the label that is asked for", () -> {
            String name = created("v");
            String id = put(name, token(), "w").versionId();
            refused(() ->
                    aws.getSecretValue(get -> get.secretId(name).versionId(id).versionStage("AWSPREVIOUS")));
        });
        check("GET-PREVIOUS", D, REFERENCE, "the previous version by its label and by its id", () -> {
            String name = name();
            String first = aws.createSecret(create -> create.name(name).secretString("v"))
                    .versionId();
            put(name, token(), "w");
            assertThat(aws.getSecretValue(get -> get.secretId(name).versionStage("AWSPREVIOUS"))
                            .secretString())
                    .isEqualTo("v");
            assertThat(aws.getSecretValue(get -> get.secretId(name).versionId(first))
                            .secretString())
                    .isEqualTo("v");
        });
        check("GET-ARN", D, REFERENCE, "by ARN", () -> {
            String name = created("v");
            assertThat(valueOf(described(name).arn())).isEqualTo("v");
        });
        check("GET-PARTIAL-ARN", D, REFERENCE, "by ARN without its six random characters", () -> {
            String arn = described(created("v")).arn();
            assertThat(valueOf(arn.substring(0, arn.length() - 7))).isEqualTo("v");
        });
        check("GET-OTHER-ARN", D, REFERENCE, "an ARN with another end is another secret's", () -> {
            String arn = described(created("v")).arn();
            refused("ResourceNotFoundException", () -> valueOf(arn.substring(0, arn.length() - 6) + "000000"));
        });
        check("GET-UNICODE", D, REFERENCE, "any text comes back as it was", () -> {
            String text = "äöü €  \uD83D\uDD11 \"quotes\" \\ \n\t <xml/> ";
            assertThat(valueOf(created(text))).isEqualTo(text);
        });
        check("GET-SCHEDULED", D, REFERENCE, "a secret that is scheduled for deletion", () -> {
            String name = scheduled();
            refused(
                    "InvalidRequestException",
                    "You can't perform this operation on the secret because it was marked for deletion.",
                    () -> valueOf(name));
        });
        check("GET-NAME-INVALID", R, LOCALSTACK, "an invalid name", () -> {
            refused("ValidationException", () -> valueOf("not a name"));
        });
        check("GET-FIELDS", R, LOCALSTACK, "name, ARN, labels and date come with the value", () -> {
            String name = created("v");
            var value = aws.getSecretValue(get -> get.secretId(name));
            assertThat(value.name()).isEqualTo(name);
            assertThat(value.arn()).isEqualTo(described(name).arn());
            assertThat(value.versionStages()).containsExactly("AWSCURRENT");
            assertThat(value.createdDate()).isNotNull();
        });
    }

    private void putting() {
        check("PUT-LABELS", R, LOCALSTACK, "AWSCURRENT moves, AWSPREVIOUS follows", () -> {
            String name = name();
            String first = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            PutSecretValueResponse response = put(name, token(), "b");
            assertThat(response.versionStages()).containsExactly("AWSCURRENT");
            assertThat(described(name).versionIdsToStages())
                    .isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), response.versionId(), List.of("AWSCURRENT")));
        });
        check("PUT-TOKEN", R, LOCALSTACK, "the token becomes the version's id", () -> {
            String token = token();
            assertThat(put(created("v"), token, "w").versionId()).isEqualTo(token);
        });
        check("PUT-AGAIN-SAME", R, "recorded from AWS", "same token and value again: success, no new version", () -> {
            String name = created("v");
            String token = token();
            put(name, token, "w");
            assertThat(put(name, token, "w").versionStages()).containsExactly("AWSCURRENT");
            assertThat(described(name).versionIdsToStages()).hasSize(2);
        });
        check("PUT-AGAIN-OTHER", R, "recorded from AWS", "same token, other value: refused", () -> {
            String name = created("v");
            String token = token();
            put(name, token, "w");
            refused(
                    "ResourceExistsException",
                    "You can't use ClientRequestToken " + token
                            + " because that value is already in use for a version of secret "
                            + described(name).arn() + ".",
                    () -> put(name, token, "x"));
            assertThat(valueOf(name)).isEqualTo("w");
        });
        check(
                "PUT-BACK",
                A,
                REFERENCE,
                "the token of a version that is no longer current does not move the label",
                () -> {
                    String name = created("0");
                    String a = token();
                    put(name, a, "a");
                    put(name, token(), "b");
                    assertThat(put(name, a, "a").versionStages()).containsExactly("AWSPREVIOUS");
                    assertThat(valueOf(name)).isEqualTo("b");
                });
        check("PUT-DEPRECATED", R, LOCALSTACK, "versions without labels are not described", () -> {
            String name = created("a");
            put(name, token(), "b");
            put(name, token(), "c");
            assertThat(described(name).versionIdsToStages()).hasSize(2);
            assertThat(aws.listSecretVersionIds(list -> list.secretId(name).includeDeprecated(true))
                            .versions())
                    .hasSize(3);
            assertThat(aws.listSecretVersionIds(list -> list.secretId(name)).versions())
                    .hasSize(2);
        });
        check("PUT-BINARY", D, REFERENCE, "binary comes back as it was", () -> {
            String name = created("v");
            byte[] bytes = new byte[256];
            IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);
            aws.putSecretValue(put -> put.secretId(name).secretBinary(SdkBytes.fromByteArray(bytes)));
            var value = aws.getSecretValue(get -> get.secretId(name));
            assertThat(value.secretBinary().asByteArray()).isEqualTo(bytes);
            assertThat(value.secretString()).isNull();
        });
        check("PUT-STAGES", R, LOCALSTACK, "own labels leave AWSCURRENT where it is", () -> {
            String name = created("a");
            var response = aws.putSecretValue(
                    put -> put.secretId(name).secretString("b").versionStages("AWSPENDING", "MINE"));
            assertThat(response.versionStages()).containsExactlyInAnyOrder("AWSPENDING", "MINE");
            assertThat(valueOf(name)).isEqualTo("a");
            assertThat(aws.getSecretValue(get -> get.secretId(name).versionStage("MINE"))
                            .secretString())
                    .isEqualTo("b");
        });
        check("PUT-STAGES-MOVE", R, LOCALSTACK, "a label leaves the version that had it", () -> {
            String name = created("a");
            aws.putSecretValue(put -> put.secretId(name).secretString("b").versionStages("MINE"));
            aws.putSecretValue(put -> put.secretId(name).secretString("c").versionStages("MINE"));
            assertThat(aws.getSecretValue(get -> get.secretId(name).versionStage("MINE"))
                            .secretString())
                    .isEqualTo("c");
        });
        check("PUT-KEEPS-LABELS", D, REFERENCE, "own labels stay where they are", () -> {
            String name = name();
            String a = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            aws.updateSecretVersionStage(
                    move -> move.secretId(name).versionStage("MINE").moveToVersionId(a));
            put(name, token(), "b");
            assertThat(described(name).versionIdsToStages().get(a)).containsExactlyInAnyOrder("AWSPREVIOUS", "MINE");
        });
        check("PUT-FIRST", D, REFERENCE, "the first version gets AWSCURRENT whatever is asked", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name));
            aws.putSecretValue(put -> put.secretId(name).secretString("a").versionStages("MINE"));
            assertThat(valueOf(name)).isEqualTo("a");
        });
        check("PUT-STAGES-21", M, MODEL, "21 labels are refused", () -> {
            String name = created("a");
            List<String> labels = IntStream.range(0, 21).mapToObj(i -> "L" + i).toList();
            refused(() -> aws.putSecretValue(
                    put -> put.secretId(name).secretString("b").versionStages(labels)));
        });
        check("PUT-MISSING", R, LOCALSTACK, "a missing secret", () -> {
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret.",
                    () -> put(name(), token(), "v"));
        });
        check("PUT-NOTHING", A, REFERENCE, "no value is refused", () -> {
            String name = created("v");
            refused(() -> aws.putSecretValue(put -> put.secretId(name)));
        });
        check("PUT-EMPTY", M, MODEL, "an empty value is refused", () -> {
            String name = created("v");
            refused(() -> put(name, token(), ""));
        });
        check("PUT-65537", M, MODEL, "65,537 bytes are refused", () -> {
            String name = created("v");
            refused(() -> put(name, token(), "v".repeat(65_537)));
        });
        check("PUT-NO-TOKEN", R, LOCALSTACK, "a raw request without a token is refused", () -> {
            String name = created("v");
            assertThat(raw.secretsManager("PutSecretValue", "{\"SecretId\":\"" + name + "\",\"SecretString\":\"v\"}")
                            .code())
                    .isEqualTo("InvalidRequestException");
        });
        check("PUT-SCHEDULED", D, REFERENCE, "a secret that is scheduled for deletion is refused", () -> {
            String name = scheduled();
            refused("InvalidRequestException", () -> put(name, token(), "w"));
        });
        check("PUT-ARN", D, REFERENCE, "by ARN, whole and partial", () -> {
            String name = created("v");
            String arn = described(name).arn();
            put(arn, token(), "w");
            put(arn.substring(0, arn.length() - 7), token(), "x");
            assertThat(valueOf(name)).isEqualTo("x");
        });
    }

    private void updating() {
        check("UPDATE-VALUE", R, LOCALSTACK, "a value makes a version", () -> {
            String name = created("a");
            String token = token();
            assertThat(aws.updateSecret(update ->
                                    update.secretId(name).secretString("b").clientRequestToken(token))
                            .versionId())
                    .isEqualTo(token);
            assertThat(valueOf(name)).isEqualTo("b");
        });
        check("UPDATE-SAME-TOKEN", R, "recorded from AWS", "same token and value again: success", () -> {
            String name = created("a");
            String token = token();
            aws.updateSecret(update -> update.secretId(name).secretString("b").clientRequestToken(token));
            assertThat(aws.updateSecret(update ->
                                    update.secretId(name).secretString("b").clientRequestToken(token))
                            .versionId())
                    .isEqualTo(token);
            assertThat(described(name).versionIdsToStages()).hasSize(2);
        });
        check("UPDATE-OTHER-VALUE", R, "recorded from AWS", "same token, other value: refused", () -> {
            String name = created("a");
            String token = token();
            put(name, token, "b");
            refused(
                    "ResourceExistsException",
                    () -> aws.updateSecret(
                            update -> update.secretId(name).secretString("c").clientRequestToken(token)));
        });
        check("UPDATE-DESCRIPTION", R, LOCALSTACK, "a description alone makes no version", () -> {
            String name = created("a");
            assertThat(aws.updateSecret(update -> update.secretId(name).description("d"))
                            .versionId())
                    .isNull();
            assertThat(described(name).description()).isEqualTo("d");
            assertThat(described(name).versionIdsToStages()).hasSize(1);
        });
        check("UPDATE-KMS", D, REFERENCE, "a KMS key alone makes no version", () -> {
            String name = created("a");
            aws.updateSecret(update -> update.secretId(name).kmsKeyId(target.kmsKeyId()));
            assertThat(described(name).kmsKeyId()).contains(target.kmsKeyId());
            assertThat(described(name).versionIdsToStages()).hasSize(1);
            assertThat(valueOf(name)).isEqualTo("a");
        });
        check("UPDATE-KMS-EMPTY", D, REFERENCE, "an empty key means the default key", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).secretString("v").kmsKeyId(target.kmsKeyId()));
            aws.updateSecret(update -> update.secretId(name).kmsKeyId(""));
            assertThat(described(name).kmsKeyId()).isNull();
        });
        check("UPDATE-KEEPS", D, REFERENCE, "what is not given stays", () -> {
            String name = name();
            aws.createSecret(create ->
                    create.name(name).secretString("a").description("d").tags(tag("k", "v")));
            aws.updateSecret(update -> update.secretId(name).secretString("b"));
            assertThat(described(name).description()).isEqualTo("d");
            assertThat(tagsOf(name)).containsEntry("k", "v");
        });
        check("UPDATE-KEEPS-LABELS", D, REFERENCE, "own labels stay where they are", () -> {
            String name = name();
            String a = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            aws.updateSecretVersionStage(
                    move -> move.secretId(name).versionStage("MINE").moveToVersionId(a));
            aws.updateSecret(update -> update.secretId(name).secretString("b"));
            assertThat(described(name).versionIdsToStages().get(a)).containsExactlyInAnyOrder("AWSPREVIOUS", "MINE");
        });
        check("UPDATE-NO-TOKEN", R, LOCALSTACK, "a raw request without a token is refused", () -> {
            String name = created("v");
            assertThat(raw.secretsManager("UpdateSecret", "{\"SecretId\":\"" + name + "\",\"SecretString\":\"v\"}")
                            .code())
                    .isEqualTo("InvalidRequestException");
        });
        check("UPDATE-MISSING", R, LOCALSTACK, "a missing secret", () -> {
            refused(
                    "ResourceNotFoundException",
                    () -> aws.updateSecret(update -> update.secretId(name()).secretString("v")));
        });
        check("UPDATE-SCHEDULED", D, REFERENCE, "a secret that is scheduled for deletion is refused", () -> {
            String name = scheduled();
            refused(
                    "InvalidRequestException",
                    () -> aws.updateSecret(update -> update.secretId(name).description("d")));
        });
        check("UPDATE-BINARY", D, REFERENCE, "binary replaces a string", () -> {
            String name = created("a");
            aws.updateSecret(update -> update.secretId(name).secretBinary(SdkBytes.fromUtf8String("b")));
            assertThat(aws.getSecretValue(get -> get.secretId(name))
                            .secretBinary()
                            .asUtf8String())
                    .isEqualTo("b");
        });
    }

    private void movingLabels() {
        check("STAGE-ROLLBACK", R, LOCALSTACK, "AWSCURRENT moves back, AWSPREVIOUS to the other", () -> {
            String name = name();
            String a = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            String b = put(name, token(), "b").versionId();
            aws.updateSecretVersionStage(move -> move.secretId(name)
                    .versionStage("AWSCURRENT")
                    .moveToVersionId(a)
                    .removeFromVersionId(b));
            assertThat(valueOf(name)).isEqualTo("a");
            assertThat(described(name).versionIdsToStages())
                    .isEqualTo(Map.of(a, List.of("AWSCURRENT"), b, List.of("AWSPREVIOUS")));
        });
        check("STAGE-FROM-REQUIRED", D, REFERENCE, "a label that is in use is not moved without its version", () -> {
            String name = name();
            String a = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            put(name, token(), "b");
            refused(
                    "InvalidParameterException",
                    () -> aws.updateSecretVersionStage(move ->
                            move.secretId(name).versionStage("AWSCURRENT").moveToVersionId(a)));
        });
        check("STAGE-CURRENT-STAYS", D, REFERENCE, "AWSCURRENT is not removed from all versions", () -> {
            String name = name();
            String a = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            refused(
                    "InvalidParameterException",
                    () -> aws.updateSecretVersionStage(move ->
                            move.secretId(name).versionStage("AWSCURRENT").removeFromVersionId(a)));
        });
        check("STAGE-SAME", A, REFERENCE, "AWSCURRENT moved to where it is changes nothing", () -> {
            String name = created("a");
            String b = put(name, token(), "b").versionId();
            Map<String, List<String>> before = described(name).versionIdsToStages();
            aws.updateSecretVersionStage(move -> move.secretId(name)
                    .versionStage("AWSCURRENT")
                    .moveToVersionId(b)
                    .removeFromVersionId(b));
            assertThat(described(name).versionIdsToStages()).isEqualTo(before);
        });
        check("STAGE-CUSTOM", D, REFERENCE, "an own label is added and removed", () -> {
            String name = name();
            String a = aws.createSecret(create -> create.name(name).secretString("a"))
                    .versionId();
            aws.updateSecretVersionStage(
                    move -> move.secretId(name).versionStage("MINE").moveToVersionId(a));
            assertThat(described(name).versionIdsToStages().get(a)).containsExactly("AWSCURRENT", "MINE");
            aws.updateSecretVersionStage(
                    move -> move.secretId(name).versionStage("MINE").removeFromVersionId(a));
            assertThat(described(name).versionIdsToStages().get(a)).containsExactly("AWSCURRENT");
        });
        check("STAGE-VERSION-MISSING", D, REFERENCE, "a missing version", () -> {
            String name = created("a");
            refused(() -> aws.updateSecretVersionStage(
                    move -> move.secretId(name).versionStage("MINE").moveToVersionId(token())));
        });
        check("STAGE-SCHEDULED", D, REFERENCE, "a secret that is scheduled for deletion is refused", () -> {
            String name = scheduled();
            refused(
                    "InvalidRequestException",
                    () -> aws.updateSecretVersionStage(
                            move -> move.secretId(name).versionStage("MINE").moveToVersionId(token())));
        });
    }

    private void describing() {
        check("DESCRIBE-MISSING", R, LOCALSTACK, "a missing secret", () -> {
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret.",
                    () -> described(name()));
        });
        check("DESCRIBE-UNSET", R, LOCALSTACK, "what was never set is left out", () -> {
            String name = created("v");
            var json = raw.secretsManager("DescribeSecret", "{\"SecretId\":\"" + name + "\"}")
                    .json();
            assertThat(json.fieldNames())
                    .toIterable()
                    .doesNotContain("Description", "KmsKeyId", "RotationEnabled", "Tags", "DeletedDate")
                    .contains("ARN", "Name", "CreatedDate", "LastChangedDate", "VersionIdsToStages");
        });
        check("DESCRIBE-DELETED", R, LOCALSTACK, "a secret that is scheduled for deletion is described", () -> {
            assertThat(described(scheduled()).deletedDate()).isNotNull();
        });
        check("DESCRIBE-ACCESSED", D, REFERENCE, "reading sets the day of access", () -> {
            String name = created("v");
            assertThat(described(name).lastAccessedDate()).isNull();
            valueOf(name);
            Instant day = described(name).lastAccessedDate();
            assertThat(day.getEpochSecond() % 86_400).isZero();
        });
        check("DESCRIBE-CHANGED", D, REFERENCE, "a change moves the date of change", () -> {
            String name = created("v");
            Instant before = described(name).lastChangedDate();
            Instant end = Instant.now().plusSeconds(2);
            put(name, token(), "w");
            while (!described(name).lastChangedDate().isAfter(before)
                    && Instant.now().isBefore(end)) {
                put(name, token(), "x");
            }
            assertThat(described(name).lastChangedDate()).isAfter(before);
            assertThat(described(name).createdDate()).isBeforeOrEqualTo(before);
        });
        check("VERSIONS-KEY", R, LOCALSTACK, "versions name the default key", () -> {
            String name = created("v");
            assertThat(aws.listSecretVersionIds(list -> list.secretId(name)).versions())
                    .extracting(SecretVersionsListEntry::kmsKeyIds)
                    .containsExactly(List.of("DefaultEncryptionKey"));
        });
        check("VERSIONS-PAGES", D, REFERENCE, "versions come in pages", () -> {
            String name = created("v");
            IntStream.range(0, 4).forEach(i -> put(name, token(), "v" + i));
            var ids = aws
                    .listSecretVersionIdsPaginator(
                            list -> list.secretId(name).includeDeprecated(true).maxResults(2))
                    .stream()
                    .flatMap(page -> page.versions().stream())
                    .map(SecretVersionsListEntry::versionId)
                    .toList();
            assertThat(ids).hasSize(5).doesNotHaveDuplicates();
        });
        check("VERSIONS-MISSING", R, LOCALSTACK, "a missing secret", () -> {
            refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret.",
                    () -> aws.listSecretVersionIds(list -> list.secretId(name())));
        });
    }

    private void listing() {
        check("LIST-FIELDS", D, REFERENCE, "an entry has what a sync service compares", () -> {
            String name = name();
            String token = token();
            aws.createSecret(create -> create.name(name)
                    .secretString("v")
                    .description("d")
                    .clientRequestToken(token)
                    .kmsKeyId(target.kmsKeyId())
                    .tags(tag("k", "v")));
            inTime(() -> {
                SecretListEntry entry = listed(list -> list.filters(named(name))).stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("not listed"));
                assertThat(entry.secretVersionsToStages()).isEqualTo(Map.of(token, List.of("AWSCURRENT")));
                assertThat(entry.description()).isEqualTo("d");
                assertThat(entry.kmsKeyId()).contains(target.kmsKeyId());
                assertThat(entry.tags()).containsExactly(tag("k", "v"));
                assertThat(entry.createdDate()).isNotNull();
                assertThat(entry.lastChangedDate()).isNotNull();
                assertThat(entry.deletedDate()).isNull();
            });
        });
        check("LIST-KMS-DEFAULT", D, REFERENCE, "the default key is not reported", () -> {
            String name = created("v");
            inTime(() -> assertThat(listed(list -> list.filters(named(name))))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.kmsKeyId()).isNull()));
        });
        check("LIST-DEFAULT-100", D, REFERENCE, "a page has 100 secrets unless told", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 101);
            inTime(() -> {
                ListSecretsResponse page = aws.listSecrets(list -> list.filters(named(prefix)));
                assertThat(page.secretList()).hasSize(100);
                assertThat(page.nextToken()).isNotNull();
                assertThat(aws.listSecrets(list -> list.filters(named(prefix)).nextToken(page.nextToken()))
                                .secretList())
                        .hasSize(1);
            });
        });
        check("LIST-PAGES", D, REFERENCE, "pages together hold each secret once", () -> {
            String prefix = name() + "/";
            List<String> all = createdTogether(prefix, 7);
            inTime(() -> assertThat(listed(list -> list.filters(named(prefix)).maxResults(2)))
                    .extracting(SecretListEntry::name)
                    .containsExactlyInAnyOrderElementsOf(all));
        });
        check("LIST-LAST-PAGE", D, REFERENCE, "the last page has no token", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 2);
            inTime(() -> {
                ListSecretsResponse page =
                        aws.listSecrets(list -> list.filters(named(prefix)).maxResults(2));
                assertThat(page.secretList()).hasSize(2);
                assertThat(page.nextToken()).isNull();
            });
        });
        check("LIST-MAX-101", M, MODEL, "101 results are refused", () -> {
            refused(() -> aws.listSecrets(list -> list.maxResults(101)));
        });
        check("LIST-MAX-0", M, MODEL, "0 results are refused", () -> {
            refused(() -> aws.listSecrets(list -> list.maxResults(0)));
        });
        check("LIST-BAD-TOKEN", D, REFERENCE, "a token that is none", () -> {
            refused("InvalidNextTokenException", () -> aws.listSecrets(list -> list.nextToken("no-such-token")));
        });
        check("LIST-OTHER-TOKEN", A, REFERENCE, "a token of another order", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 2);
            inTime(() -> {
                String token = aws.listSecrets(list ->
                                list.filters(named(prefix)).maxResults(1).sortBy(SortByType.NAME))
                        .nextToken();
                assertThat(token).isNotNull();
                refused(() -> aws.listSecrets(list -> list.filters(named(prefix))
                        .sortBy(SortByType.LAST_CHANGED_DATE)
                        .nextToken(token)));
            });
        });
        check("LIST-DELETE-BETWEEN", A, REFERENCE, "a deletion between pages skips nothing", () -> {
            String prefix = name() + "/";
            List<String> all = createdTogether(prefix, 6);
            inTime(() -> assertThat(listedNames(named(prefix))).hasSize(6));
            ListSecretsResponse first =
                    aws.listSecrets(list -> list.filters(named(prefix)).maxResults(3));
            Set<String> seen = first.secretList().stream()
                    .map(SecretListEntry::name)
                    .collect(Collectors.toCollection(HashSet::new));
            String last = first.secretList().get(2).name();
            aws.deleteSecret(delete -> delete.secretId(last).forceDeleteWithoutRecovery(true));
            listed(list -> list.filters(named(prefix)).nextToken(first.nextToken()))
                    .forEach(entry -> seen.add(entry.name()));
            assertThat(seen).containsAll(all);
        });
        check("LIST-SCHEDULED", D, REFERENCE, "secrets that are scheduled for deletion only when asked for", () -> {
            String name = scheduled();
            inTime(() -> assertThat(listedNames(named(name))).isEmpty());
            inTime(() -> assertThat(listed(list -> list.filters(named(name)).includePlannedDeletion(true)))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.deletedDate()).isNotNull()));
        });
        check("LIST-DELETED-DATE", D, REFERENCE, "the date of deletion is when it was asked for", () -> {
            String name = scheduled();
            inTime(() -> assertThat(listed(list -> list.filters(named(name)).includePlannedDeletion(true)))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.deletedDate())
                            .isBetween(
                                    entry.createdDate().minusSeconds(60),
                                    entry.createdDate().plusSeconds(3_600))));
        });
        check("LIST-SORT-NAME", D, REFERENCE, "by name, both ways", () -> {
            String prefix = name() + "/";
            Stream.of("b", "c", "a").forEach(each -> aws.createSecret(create -> create.name(prefix + each)));
            inTime(() -> {
                assertThat(sorted(prefix, SortByType.NAME, SortOrderType.ASC)).containsExactly("a", "b", "c");
                assertThat(sorted(prefix, SortByType.NAME, SortOrderType.DESC)).containsExactly("c", "b", "a");
            });
        });
        check("LIST-SORT-CREATED", D, REFERENCE, "by date of creation, both ways", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 3);
            inTime(() -> {
                List<String> ascending = sorted(prefix, SortByType.CREATED_DATE, SortOrderType.ASC);
                assertThat(ascending).containsExactly("000", "001", "002");
                List<String> descending = sorted(prefix, SortByType.CREATED_DATE, SortOrderType.DESC);
                assertThat(descending).containsExactly("002", "001", "000");
            });
        });
        check("LIST-SORT-CHANGED", D, REFERENCE, "by date of change", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 3);
            Instant before = described(prefix + "002").lastChangedDate();
            while (!described(prefix + "000").lastChangedDate().isAfter(before)) {
                put(prefix + "000", token(), "w");
            }
            inTime(() -> assertThat(sorted(prefix, SortByType.LAST_CHANGED_DATE, SortOrderType.ASC))
                    .containsExactly("001", "002", "000"));
        });
        check("LIST-SORT-PAGES", D, REFERENCE, "order and pages go together", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 5);
            inTime(() -> {
                for (SortByType by : SortByType.knownValues()) {
                    for (SortOrderType order : SortOrderType.knownValues()) {
                        assertThat(listed(list -> list.filters(named(prefix))
                                        .sortBy(by)
                                        .sortOrder(order)
                                        .maxResults(2)))
                                .as(by + " " + order)
                                .extracting(SecretListEntry::name)
                                .hasSize(5)
                                .doesNotHaveDuplicates();
                    }
                }
            });
        });
    }

    private List<String> sorted(String prefix, SortByType by, SortOrderType order) {
        return listed(list -> list.filters(named(prefix)).sortBy(by).sortOrder(order)).stream()
                .map(entry -> entry.name().substring(prefix.length()))
                .toList();
    }

    private void filtering() {
        check("FILTER-NAME", D, REFERENCE, "a name's prefix, by case", () -> {
            String prefix = name() + "/";
            Stream.of("Ab", "ab", "b").forEach(each -> aws.createSecret(create -> create.name(prefix + each)));
            inTime(() -> {
                assertThat(listedNames(named(prefix + "a"))).containsExactly(prefix + "ab");
                assertThat(listedNames(named(prefix + "A"))).containsExactly(prefix + "Ab");
            });
        });
        check("FILTER-NAME-OR", D, REFERENCE, "one of several values suffices", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 3);
            inTime(() -> assertThat(listedNames(named(prefix + "000", prefix + "002")))
                    .containsExactlyInAnyOrder(prefix + "000", prefix + "002"));
        });
        check("FILTER-AND", R, MOTO, "all filters must match, also with the same key", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 3);
            inTime(() -> {
                assertThat(listedNames(named(prefix), named(prefix + "001"))).containsExactly(prefix + "001");
                assertThat(listedNames(named(prefix + "000"), named(prefix + "001")))
                        .isEmpty();
            });
        });
        check("FILTER-TAG-KEY", D, REFERENCE, "a tag key's prefix, by case", () -> {
            String prefix = name() + "/";
            tagged(prefix);
            inTime(() -> {
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.TAG_KEY, "tea")))
                        .containsExactly(prefix + "a");
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.TAG_KEY, "TEA")))
                        .isEmpty();
            });
        });
        check("FILTER-TAG-VALUE", D, REFERENCE, "a tag value's prefix, by case", () -> {
            String prefix = name() + "/";
            tagged(prefix);
            inTime(() -> {
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.TAG_VALUE, "Re")))
                        .containsExactly(prefix + "a");
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.TAG_VALUE, "re")))
                        .isEmpty();
            });
        });
        check("FILTER-TAG-BOTH", D, REFERENCE, "key and value of a tag", () -> {
            String prefix = name() + "/";
            tagged(prefix);
            inTime(() -> assertThat(listedNames(
                            named(prefix),
                            filter(FilterNameStringType.TAG_KEY, "team"),
                            filter(FilterNameStringType.TAG_VALUE, "Red")))
                    .containsExactly(prefix + "a"));
        });
        check("FILTER-NOT-NAME", D, REFERENCE, "not with a name's prefix", () -> {
            String prefix = name() + "/";
            createdTogether(prefix, 3);
            inTime(() -> assertThat(listedNames(named(prefix), named("!" + prefix + "001")))
                    .containsExactlyInAnyOrder(prefix + "000", prefix + "002"));
        });
        check("FILTER-NOT-TAG", D, REFERENCE, "without a tag", () -> {
            String prefix = name() + "/";
            tagged(prefix);
            inTime(() -> assertThat(listedNames(named(prefix), filter(FilterNameStringType.TAG_KEY, "!team")))
                    .containsExactly(prefix + "b"));
        });
        check("FILTER-DESCRIPTION", R, MOTO, "words of the description, without case", () -> {
            String prefix = name() + "/";
            tagged(prefix);
            inTime(() -> {
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.DESCRIPTION, "DATABASE")))
                        .containsExactly(prefix + "a");
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.DESCRIPTION, "base")))
                        .isEmpty();
            });
        });
        check("FILTER-ALL", R, MOTO, "words anywhere", () -> {
            String prefix = name() + "/";
            tagged(prefix);
            inTime(() -> {
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.ALL, "red")))
                        .containsExactly(prefix + "a");
                assertThat(listedNames(named(prefix), filter(FilterNameStringType.ALL, "database")))
                        .containsExactly(prefix + "a");
            });
        });
        check("FILTER-REGION", D, REFERENCE, "the primary region", () -> {
            String name = created("v");
            inTime(() -> {
                assertThat(listedNames(named(name), filter(FilterNameStringType.PRIMARY_REGION, target.region())))
                        .containsExactly(name);
                assertThat(listedNames(named(name), filter(FilterNameStringType.PRIMARY_REGION, "xx-nowhere-1")))
                        .isEmpty();
            });
        });
        check("FILTER-KEY-UNKNOWN", M, MODEL, "an unknown key is refused", () -> {
            assertThat(raw.secretsManager("ListSecrets", "{\"Filters\":[{\"Key\":\"colour\",\"Values\":[\"red\"]}]}")
                            .status())
                    .isEqualTo(400);
        });
        check("FILTER-VALUES-11", M, MODEL, "11 values are refused", () -> {
            String[] values = IntStream.range(0, 11).mapToObj(i -> "v" + i).toArray(String[]::new);
            refused(() -> listedNames(named(values)));
        });
        check("FILTERS-11", M, MODEL, "11 filters are refused", () -> {
            Filter[] filters =
                    IntStream.range(0, 11).mapToObj(i -> named("v" + i)).toArray(Filter[]::new);
            refused(() -> listedNames(filters));
        });
        check("FILTER-CHARACTERS", M, MODEL, "characters outside the pattern are refused", () -> {
            refused(() -> listedNames(named("no*stars")));
        });
    }

    private void tagged(String prefix) {
        aws.createSecret(create ->
                create.name(prefix + "a").description("The Database password").tags(tag("team", "Red")));
        aws.createSecret(create -> create.name(prefix + "b").description("mail").tags(tag("Owner", "Blue")));
    }

    private void batchReading() {
        check("BATCH-IDS", D, REFERENCE, "values of several secrets", () -> {
            String a = created("1");
            String b = created("2");
            var answer = aws.batchGetSecretValue(
                    batch -> batch.secretIdList(a, described(b).arn()));
            assertThat(answer.secretValues())
                    .extracting(value -> value.name() + value.secretString())
                    .containsExactlyInAnyOrder(a + "1", b + "2");
            assertThat(answer.errors()).isEmpty();
        });
        check("BATCH-MISSING", D, REFERENCE, "a missing one is an error in the answer", () -> {
            String a = created("1");
            String missing = name();
            var answer = aws.batchGetSecretValue(batch -> batch.secretIdList(a, missing));
            assertThat(answer.secretValues()).hasSize(1);
            assertThat(answer.errors())
                    .extracting(APIErrorType::secretId, APIErrorType::errorCode)
                    .containsExactly(tuple(missing, "ResourceNotFoundException"));
        });
        check("BATCH-SCHEDULED", D, REFERENCE, "a scheduled one is an error in the answer", () -> {
            String scheduled = scheduled();
            var answer = aws.batchGetSecretValue(batch -> batch.secretIdList(scheduled));
            assertThat(answer.errors()).extracting(APIErrorType::errorCode).containsExactly("InvalidRequestException");
        });
        check("BATCH-NO-VALUE", D, REFERENCE, "one without a value is an error in the answer", () -> {
            String a = created("1");
            String empty = name();
            aws.createSecret(create -> create.name(empty));
            var answer = aws.batchGetSecretValue(batch -> batch.secretIdList(a, empty));
            assertThat(answer.secretValues()).hasSize(1);
            assertThat(answer.errors()).extracting(APIErrorType::secretId).containsExactly(empty);
        });
        check("BATCH-21", M, MODEL, "21 ids are refused", () -> {
            List<String> ids =
                    IntStream.range(0, 21).mapToObj(i -> target.prefix() + i).toList();
            refused(() -> aws.batchGetSecretValue(batch -> batch.secretIdList(ids)));
        });
        check("BATCH-MAX-21", M, MODEL, "21 results are refused", () -> {
            refused(() -> aws.batchGetSecretValue(
                    batch -> batch.filters(named(target.prefix())).maxResults(21)));
        });
        check("BATCH-BOTH", D, REFERENCE, "ids and filters together are refused", () -> {
            refused(
                    "InvalidParameterException",
                    () -> aws.batchGetSecretValue(
                            batch -> batch.secretIdList("a").filters(named("a"))));
        });
        check("BATCH-NOTHING", D, REFERENCE, "neither ids nor filters are refused", () -> {
            refused("InvalidParameterException", () -> aws.batchGetSecretValue(batch -> {}));
        });
        check("BATCH-MAX-IDS", D, REFERENCE, "MaxResults goes with filters only", () -> {
            refused(
                    "InvalidParameterException",
                    () -> aws.batchGetSecretValue(
                            batch -> batch.secretIdList("a").maxResults(1)));
        });
        check("BATCH-FILTERS", D, REFERENCE, "by filters, 20 per page", () -> {
            String prefix = name() + "/";
            List<String> all = createdTogether(prefix, 21);
            inTime(() -> {
                var first = aws.batchGetSecretValue(batch -> batch.filters(named(prefix)));
                assertThat(first.secretValues()).hasSize(20);
                assertThat(aws.batchGetSecretValuePaginator(batch -> batch.filters(named(prefix))).stream()
                                .flatMap(page -> page.secretValues().stream())
                                .map(value -> value.name())
                                .toList())
                        .containsExactlyInAnyOrderElementsOf(all);
            });
        });
    }

    private void tagging() {
        check("TAG-ADD", D, REFERENCE, "tags are added and replaced, others stay", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).tags(tag("a", "1"), tag("b", "1")));
            aws.tagResource(tag -> tag.secretId(name).tags(tag("b", "2"), tag("c", "3")));
            assertThat(tagsOf(name)).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
        });
        check("TAG-REMOVE", D, REFERENCE, "tags are removed; those that are not there are no error", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).tags(tag("a", "1"), tag("b", "1")));
            aws.untagResource(untag -> untag.secretId(name).tagKeys("a", "zzz"));
            assertThat(tagsOf(name)).isEqualTo(Map.of("b", "1"));
        });
        check("TAG-MISSING", D, REFERENCE, "a missing secret", () -> {
            refused(
                    "ResourceNotFoundException",
                    () -> aws.tagResource(tag -> tag.secretId(name()).tags(tag("a", "1"))));
            refused(
                    "ResourceNotFoundException",
                    () -> aws.untagResource(untag -> untag.secretId(name()).tagKeys("a")));
        });
        check("TAG-SCHEDULED", R, "recorded from AWS", "a secret that is scheduled for deletion is refused", () -> {
            String name = scheduled();
            String message = "You can't perform this operation on the secret because it was marked for deletion.";
            refused(
                    "InvalidRequestException",
                    message,
                    () -> aws.tagResource(tag -> tag.secretId(name).tags(tag("a", "1"))));
            refused(
                    "InvalidRequestException",
                    message,
                    () -> aws.untagResource(untag -> untag.secretId(name).tagKeys("a")));
        });
        check("TAG-51", D, GUIDE, "a 51st tag is refused", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).tags(tags(50)));
            refused(() -> aws.tagResource(tag -> tag.secretId(name).tags(tag("one-more", "1"))));
            aws.tagResource(tag -> tag.secretId(name).tags(tag("k1", "replaced")));
            assertThat(described(name).tags()).hasSize(50);
        });
        check("TAG-AWS", D, GUIDE, "tag keys of AWS are refused", () -> {
            String name = created("v");
            refused(() -> aws.tagResource(tag -> tag.secretId(name).tags(tag("aws:x", "1"))));
        });
        check("TAG-CASE", D, GUIDE, "keys are distinguished by case", () -> {
            String name = name();
            aws.createSecret(create -> create.name(name).tags(tag("a", "1"), tag("A", "2")));
            assertThat(tagsOf(name)).isEqualTo(Map.of("a", "1", "A", "2"));
        });
        check("TAG-NO-VERSION", D, REFERENCE, "tags make no version", () -> {
            String name = created("v");
            aws.tagResource(tag -> tag.secretId(name).tags(tag("a", "1")));
            assertThat(described(name).versionIdsToStages()).hasSize(1);
        });
    }

    private void deleting() {
        check("DELETE-DEFAULT", D, REFERENCE, "30 days unless told", () -> {
            String name = created("v");
            Instant due = aws.deleteSecret(delete -> delete.secretId(name)).deletionDate();
            assertThat(Duration.between(described(name).createdDate(), due))
                    .isBetween(
                            Duration.ofDays(30).minusMinutes(1),
                            Duration.ofDays(30).plusMinutes(1));
        });
        check("DELETE-7", D, REFERENCE, "7 days are the least, 30 the most", () -> {
            String name = created("v");
            refused(
                    "InvalidParameterException",
                    () -> aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(6L)));
            refused(
                    "InvalidParameterException",
                    () -> aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(31L)));
            Instant due = aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(7L))
                    .deletionDate();
            assertThat(Duration.between(described(name).createdDate(), due))
                    .isBetween(
                            Duration.ofDays(7).minusMinutes(1),
                            Duration.ofDays(7).plusMinutes(1));
        });
        check("DELETE-WINDOW-FORCE", D, REFERENCE, "a window and force together are refused", () -> {
            String name = created("v");
            refused(
                    "InvalidParameterException",
                    () -> aws.deleteSecret(delete ->
                            delete.secretId(name).recoveryWindowInDays(7L).forceDeleteWithoutRecovery(true)));
        });
        check("DELETE-MISSING", D, REFERENCE, "a missing secret", () -> {
            refused("ResourceNotFoundException", () -> aws.deleteSecret(delete -> delete.secretId(name())));
        });
        check("DELETE-FORCE-MISSING", D, REFERENCE, "force deletes what is not there", () -> {
            String name = name();
            assertThat(aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true))
                            .name())
                    .isEqualTo(name);
        });
        check("DELETE-FORCE", D, REFERENCE, "force leaves nothing", () -> {
            String name = created("v");
            aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));
            refused("ResourceNotFoundException", () -> described(name));
        });
        check("DELETE-TWICE", D, REFERENCE, "a scheduled one is not scheduled again", () -> {
            String name = scheduled();
            refused("InvalidRequestException", () -> aws.deleteSecret(delete -> delete.secretId(name)));
        });
        check("DELETE-FORCE-SCHEDULED", R, LOCALSTACK, "force deletes a scheduled one", () -> {
            String name = scheduled();
            aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));
            refused("ResourceNotFoundException", () -> described(name));
        });
        check("DELETE-SCHEDULED-REST", D, REFERENCE, "nor is a scheduled one replicated, rotated or opened", () -> {
            String name = scheduled();
            refused(
                    "InvalidRequestException",
                    () -> aws.replicateSecretToRegions(
                            replicate -> replicate.secretId(name).addReplicaRegions(replica("eu-west-3"))));
            refused(
                    "InvalidRequestException",
                    () -> aws.rotateSecret(rotate -> rotate.secretId(name)
                            .rotationLambdaARN("arn:aws:lambda:us-east-1:111111111111:function:rotate")));
            refused("InvalidRequestException", () -> aws.deleteResourcePolicy(policy -> policy.secretId(name)));
        });
        check("RESTORE", R, LOCALSTACK, "a restored secret is as before", () -> {
            String name = scheduled();
            aws.restoreSecret(restore -> restore.secretId(name));
            assertThat(valueOf(name)).isEqualTo("v");
            assertThat(described(name).deletedDate()).isNull();
        });
        check("RESTORE-MISSING", D, REFERENCE, "a missing secret", () -> {
            refused("ResourceNotFoundException", () -> aws.restoreSecret(restore -> restore.secretId(name())));
        });
    }

    private void policies() {
        String policy =
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"%s\"},"
                        + "\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}]}";
        String narrow = policy.formatted("arn:aws:iam::111111111111:root");
        String open = policy.formatted("*");
        check("POLICY-ROUND-TRIP", R, LOCALSTACK, "a policy is kept, read and removed", () -> {
            String name = created("v");
            assertThat(aws.getResourcePolicy(get -> get.secretId(name)).resourcePolicy())
                    .isNull();
            aws.putResourcePolicy(put -> put.secretId(name).resourcePolicy(narrow));
            assertThat(Json.MAPPER.readTree(
                            aws.getResourcePolicy(get -> get.secretId(name)).resourcePolicy()))
                    .isEqualTo(Json.MAPPER.readTree(narrow));
            aws.deleteResourcePolicy(delete -> delete.secretId(name));
            assertThat(aws.getResourcePolicy(get -> get.secretId(name)).resourcePolicy())
                    .isNull();
        });
        check("POLICY-MALFORMED", D, REFERENCE, "what is no policy is refused", () -> {
            String name = created("v");
            refused(
                    "MalformedPolicyDocumentException",
                    () -> aws.putResourcePolicy(put -> put.secretId(name).resourcePolicy("{not json")));
        });
        check("POLICY-PUBLIC", D, REFERENCE, "a public policy is refused when asked", () -> {
            String name = created("v");
            String everyone = open.replace("{\"AWS\":\"*\"}", "\"*\"");
            for (String document : List.of(open, everyone)) {
                refused(
                        "PublicPolicyException",
                        () -> aws.putResourcePolicy(put ->
                                put.secretId(name).resourcePolicy(document).blockPublicPolicy(true)));
            }
        });
        check("POLICY-VALIDATE", D, REFERENCE, "a policy can be tried", () -> {
            assertThat(aws.validateResourcePolicy(validate -> validate.resourcePolicy(narrow))
                            .policyValidationPassed())
                    .isTrue();
            var answer = aws.validateResourcePolicy(validate -> validate.resourcePolicy(open));
            assertThat(answer.policyValidationPassed()).isFalse();
            assertThat(answer.validationErrors()).isNotEmpty();
        });
        check("POLICY-20480", M, MODEL, "20,481 characters are refused", () -> {
            String name = created("v");
            refused(() -> aws.putResourcePolicy(put ->
                    put.secretId(name).resourcePolicy(" ".repeat(20_481 - narrow.length()) + narrow)));
        });
    }

    private static ReplicaRegionType replica(String region) {
        return ReplicaRegionType.builder().region(region).build();
    }

    private String otherRegion() {
        return target.region().equals("eu-west-1") ? "eu-west-2" : "eu-west-1";
    }

    private void replicating() {
        String other = otherRegion();
        check("REPLICA-CREATE", D, REFERENCE, "a replica follows its primary", () -> {
            String name = name();
            var answer = aws.createSecret(
                    create -> create.name(name).secretString("a").addReplicaRegions(replica(other)));
            assertThat(answer.replicationStatus())
                    .singleElement()
                    .satisfies(status -> assertThat(status.region()).isEqualTo(other));
            try (SecretsManagerClient there = client(target.credentials(), other)) {
                inTime(() -> assertThat(
                                there.getSecretValue(get -> get.secretId(name)).secretString())
                        .isEqualTo("a"));
                put(name, token(), "b");
                inTime(() -> assertThat(
                                there.getSecretValue(get -> get.secretId(name)).secretString())
                        .isEqualTo("b"));
                assertThat(there.describeSecret(describe -> describe.secretId(name))
                                .primaryRegion())
                        .isEqualTo(target.region());
                refused(
                        "InvalidRequestException",
                        () -> there.putSecretValue(put -> put.secretId(name).secretString("c")));
            }
            aws.removeRegionsFromReplication(remove -> remove.secretId(name).removeReplicaRegions(other));
        });
        check("REPLICA-DELETE-PRIMARY", D, REFERENCE, "a primary with replicas is not deleted", () -> {
            String name = created("a");
            aws.replicateSecretToRegions(replicate -> replicate.secretId(name).addReplicaRegions(replica(other)));
            refused("InvalidRequestException", () -> aws.deleteSecret(delete -> delete.secretId(name)));
            aws.removeRegionsFromReplication(remove -> remove.secretId(name).removeReplicaRegions(other));
            aws.deleteSecret(delete -> delete.secretId(name));
        });
        check("REPLICA-REMOVE", D, REFERENCE, "a removed replica is gone", () -> {
            String name = created("a");
            aws.replicateSecretToRegions(replicate -> replicate.secretId(name).addReplicaRegions(replica(other)));
            assertThat(aws.removeRegionsFromReplication(
                                    remove -> remove.secretId(name).removeReplicaRegions(other))
                            .replicationStatus())
                    .isEmpty();
            try (SecretsManagerClient there = client(target.credentials(), other)) {
                refused("ResourceNotFoundException", () -> there.describeSecret(describe -> describe.secretId(name)));
            }
        });
        check("REPLICA-DESCRIBED", D, REFERENCE, "a primary tells of its replicas and of their keys", () -> {
            String name = created("a");
            aws.replicateSecretToRegions(replicate -> replicate
                    .secretId(name)
                    .addReplicaRegions(ReplicaRegionType.builder()
                            .region(other)
                            .kmsKeyId("alias/aws/secretsmanager")
                            .build()));
            inTime(() -> assertThat(described(name).replicationStatus())
                    .singleElement()
                    .satisfies(status -> {
                        assertThat(status.region()).isEqualTo(other);
                        assertThat(status.status()).isEqualTo(StatusType.IN_SYNC);
                        assertThat(status.kmsKeyId()).isEqualTo("alias/aws/secretsmanager");
                    }));
            assertThat(described(name).primaryRegion()).isEqualTo(target.region());
            aws.removeRegionsFromReplication(remove -> remove.secretId(name).removeReplicaRegions(other));
        });
        check("REPLICA-STOP", D, REFERENCE, "a replica becomes a secret of its own", () -> {
            String name = created("a");
            aws.replicateSecretToRegions(replicate -> replicate.secretId(name).addReplicaRegions(replica(other)));
            try (SecretsManagerClient there = client(target.credentials(), other)) {
                there.stopReplicationToReplica(stop -> stop.secretId(name));
                there.putSecretValue(put -> put.secretId(name).secretString("own"));
                assertThat(valueOf(name)).isEqualTo("a");
                assertThat(described(name).replicationStatus()).isEmpty();
            }
        });
        check("REPLICA-TAKEN", D, REFERENCE, "a name that is taken in the other region fails there", () -> {
            String name = created("a");
            try (SecretsManagerClient there = client(target.credentials(), other)) {
                there.createSecret(create -> create.name(name).secretString("theirs"));
                var answer = aws.replicateSecretToRegions(
                        replicate -> replicate.secretId(name).addReplicaRegions(replica(other)));
                assertThat(answer.replicationStatus())
                        .singleElement()
                        .satisfies(status -> assertThat(status.status()).isEqualTo(StatusType.FAILED));
                assertThat(there.getSecretValue(get -> get.secretId(name)).secretString())
                        .isEqualTo("theirs");
                there.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));
                inTime(() -> {
                    aws.replicateSecretToRegions(
                            replicate -> replicate.secretId(name).addReplicaRegions(replica(other)));
                    assertThat(there.getSecretValue(get -> get.secretId(name)).secretString())
                            .isEqualTo("a");
                });
            }
        });
    }

    private void rotating() {
        check("ROTATE-NO-LAMBDA", D, REFERENCE, "rotation without a function is refused", () -> {
            String name = created("v");
            refused("InvalidRequestException", () -> aws.rotateSecret(rotate -> rotate.secretId(name)));
        });
        check("ROTATE-NO-TOKEN", R, LOCALSTACK, "a raw request without a token is refused", () -> {
            String name = created("v");
            assertThat(raw.secretsManager("RotateSecret", "{\"SecretId\":\"" + name + "\"}")
                            .code())
                    .isEqualTo("InvalidParameterException");
        });
    }

    private void passwords() {
        check("PASSWORD", D, REFERENCE, "32 characters unless told", () -> {
            assertThat(aws.getRandomPassword(password -> {}).randomPassword()).hasSize(32);
            assertThat(aws.getRandomPassword(password -> password.passwordLength(12L)
                                    .excludePunctuation(true)
                                    .excludeNumbers(true))
                            .randomPassword())
                    .matches("[A-Za-z]{12}");
        });
    }

    private AssumeRoleRequest.Builder assume() {
        return AssumeRoleRequest.builder()
                .roleArn(target.roleArn())
                .roleSessionName("contract")
                .externalId(target.externalId());
    }

    private static void denied(ThrowingCallable call) {
        AwsServiceException error = error(call);
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
        assertThat(error.statusCode()).isEqualTo(403);
        assertThat(error.awsErrorDetails().errorMessage())
                .matches("User: arn:aws:\\S+ is not authorized to perform: sts:AssumeRole on resource: \\S+");
    }

    private SecretsManagerClient assumed(AssumeRoleResponse role) {
        return client(
                AwsSessionCredentials.create(
                        role.credentials().accessKeyId(),
                        role.credentials().secretAccessKey(),
                        role.credentials().sessionToken()),
                target.region());
    }

    private void assumingRoles() {
        check("STS-ASSUME", D, "STS API reference", "a session of the role, for an hour", () -> {
            AssumeRoleResponse answer = sts.assumeRole(assume().build());
            assertThat(answer.assumedRoleUser().arn())
                    .matches("arn:aws:sts::\\d{12}:assumed-role/[\\w+=,.@-]+/contract");
            assertThat(answer.credentials().accessKeyId()).startsWith("ASIA");
            assertThat(answer.credentials().sessionToken()).isNotEmpty();
        });
        check("STS-ACCOUNT", D, "STS API reference", "secrets land in the role's account", () -> {
            String name = name();
            try (SecretsManagerClient there = assumed(sts.assumeRole(assume().build()))) {
                String arn = there.createSecret(create -> create.name(name)).arn();
                try {
                    assertThat(arn.split(":")[4]).isEqualTo(target.roleArn().split(":")[4]);
                    refused("ResourceNotFoundException", () -> described(name));
                } finally {
                    delete(there, name);
                }
            }
        });
        check("STS-EXTERNAL-ID", D, "IAM user guide", "another external id is refused", () -> {
            denied(() -> sts.assumeRole(assume().externalId("another-one").build()));
        });
        check("STS-NO-EXTERNAL-ID", D, "IAM user guide", "no external id is refused", () -> {
            denied(() -> sts.assumeRole(assume().externalId(null).build()));
        });
        check("STS-ROLE-UNKNOWN", D, "STS API reference", "an unknown role is refused in the same words", () -> {
            denied(() -> sts.assumeRole(
                    assume().roleArn(target.roleArn() + "-no-such").build()));
        });
        check("STS-DURATION", M, "STS service model", "899 and 43,201 seconds are refused", () -> {
            refused(() -> sts.assumeRole(assume().durationSeconds(899).build()));
            refused(() -> sts.assumeRole(assume().durationSeconds(43_201).build()));
            sts.assumeRole(assume().durationSeconds(900).build());
        });
        check("STS-SESSION-NAME", M, "STS service model", "session names of 2 to 64 of some characters", () -> {
            refused(() -> sts.assumeRole(assume().roleSessionName("x").build()));
            refused(() ->
                    sts.assumeRole(assume().roleSessionName("x".repeat(65)).build()));
            refused(() -> sts.assumeRole(assume().roleSessionName("with space").build()));
        });
        check("STS-IDENTITY", D, "STS API reference", "who am I", () -> {
            var identity = sts.getCallerIdentity();
            assertThat(identity.account()).matches("\\d{12}");
            assertThat(identity.arn()).contains(identity.account());
        });
    }

    private void protocol() {
        check("PROTOCOL-OPERATION", D, "AWS JSON 1.1", "an unknown operation is refused", () -> {
            RawAws.Answer answer = raw.secretsManager("MakeCoffee", "{}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("UnknownOperationException");
        });
        check("PROTOCOL-JSON", D, "AWS JSON 1.1", "broken JSON is refused", () -> {
            RawAws.Answer answer = raw.secretsManager("ListSecrets", "{\"MaxResults\":");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("SerializationException");
        });
        check("PROTOCOL-KEY", D, "AWS common errors", "an unknown access key is refused", () -> {
            AwsCredentials unknown = AwsBasicCredentials.create("AKIA00000000UNKNOWN0", "secret");
            try (SecretsManagerClient stranger = client(unknown, target.region())) {
                refused(
                        "UnrecognizedClientException",
                        "The security token included in the request is invalid.",
                        () -> stranger.listSecrets());
            }
        });
        check("PROTOCOL-SIGNATURE", D, "AWS common errors", "a wrong secret key is refused", () -> {
            AwsCredentials wrong =
                    AwsBasicCredentials.create(target.credentials().accessKeyId(), "wrong");
            try (SecretsManagerClient forger = client(wrong, target.region())) {
                refused("InvalidSignatureException", () -> forger.listSecrets());
            }
        });
    }

    private void inParallel() {
        check("PARALLEL-PUT", A, REFERENCE, "90 values at once: one is current", () -> {
            String name = created("0");
            inParallel(20, 90, i -> put(name, token(), "v" + i));
            Collection<List<String>> labels =
                    described(name).versionIdsToStages().values();
            assertThat(labels).containsExactlyInAnyOrder(List.of("AWSCURRENT"), List.of("AWSPREVIOUS"));
        });
        check("PARALLEL-CREATE", A, REFERENCE, "distinct names at once: all are there", () -> {
            String prefix = name() + "/";
            inParallel(
                    20,
                    100,
                    i -> aws.createSecret(create -> create.name(prefix + i).secretString("v")));
            inTime(() -> assertThat(listedNames(named(prefix))).hasSize(100));
        });
        check("PARALLEL-SAME-CREATE", D, REFERENCE, "one name at once: one wins", () -> {
            String name = name();
            List<Boolean> won = inParallel(8, 8, i -> {
                try {
                    aws.createSecret(create -> create.name(name).secretString("v"));
                    return true;
                } catch (AwsServiceException e) {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceExistsException");
                    return false;
                }
            });
            assertThat(won).containsOnlyOnce(true);
        });
        check("PARALLEL-SAME-TOKEN", D, REFERENCE, "one token at once: one version", () -> {
            String name = created("0");
            String token = token();
            inParallel(8, 8, i -> put(name, token, "v"));
            assertThat(described(name).versionIdsToStages()).hasSize(2);
        });
    }
}
