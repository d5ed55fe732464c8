package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.AwsFixture.CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.OTHER_CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.DesiredSecret;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.VersionTokens;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretResponse;

/** Camel's AWS Secrets Manager component, the clients of this package and its requests, against the emulator. */
class SecretsManagerRouteTest {
    /** {@code direct:aws} is written as in routes/apply-change.camel.yaml. */
    private static final String ROUTES = """
            - route:
                id: aws
                from:
                  uri: direct:aws
                  steps:
                    - toD:
                        uri: aws-secrets-manager:${variable.awsClient}
                        parameters:
                          secretsManagerClient: "#${variable.awsClient}"
                          operation: updateSecret
                          pojoRequest: true
            - route:
                id: result
                from:
                  uri: direct:result
                  steps:
                    - setBody:
                        simple: ${body.arn} ${body.versionId}
            """;

    private static final String FIRST_ACCOUNT = "111111111111";
    private static final String SECOND_ACCOUNT = "222222222222";

    private final SecretsManagerEmulator aws = SecretsManagerEmulator.start();
    private final AwsFixture fixture = new AwsFixture(aws.endpoint());
    private final AwsClients clients = fixture.clients;
    private final AwsRequests requests = new AwsRequests(fixture.properties);
    private final DestinationReader reader = fixture.reader();
    private final VersionTokens tokens = VersionTokens.of(new byte[32], AwsFixture.SYNC, FIRST_ACCOUNT, REGION);
    private DefaultCamelContext camel;
    private ProducerTemplate producer;

    @BeforeEach
    void start() throws Exception {
        aws.addAccessKey("AKIAFIRST", "MARKER-key-secret", FIRST_ACCOUNT);
        aws.addAccessKey("AKIAOTHER", "MARKER-key-secret", SECOND_ACCOUNT);
        fixture.connect(OTHER_CONNECTION, 1, AwsFixture.key("AKIAOTHER"));
        camel = new DefaultCamelContext(new DefaultRegistry(clients));
        fixture.camel(camel);
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("aws.camel.yaml", ROUTES));
        camel.start();
        producer = camel.createProducerTemplate();
    }

    @AfterEach
    void close() throws Exception {
        camel.close();
        fixture.close();
        aws.close();
    }

    private Exchange send(String client, String operation, Object request) {
        return producer.request("direct:aws", exchange -> {
            exchange.setVariable("awsClient", client);
            exchange.getMessage().setHeader("CamelAwsSecretsManagerOperation", operation);
            exchange.getMessage().setBody(request);
        });
    }

    private Exchange ok(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    private Written create(String client, SecretSync sync, String name, String value) {
        DesiredSecret secret = desired(name, value);
        Change.Create change = new Change.Create(secret, tokens.token(name, secret.value(), 1), 1);
        return Written.of(ok(send(client, "createSecret", requests.create(sync, change)))
                .getMessage()
                .getBody());
    }

    private static DesiredSecret desired(String name, String value) {
        return new DesiredSecret(name, SecretText.of(value), Map.of("team", "x"), new TreeSet<>(Set.of(name)));
    }

    private DestinationSecret seen(String name) {
        return reader.describe(CONNECTION, REGION, name).orElseThrow();
    }

    private Stream<String> awsEndpoints() {
        return camel.getEndpoints().stream()
                .map(Endpoint::getEndpointUri)
                .filter(uri -> uri.startsWith("aws-secrets-manager"));
    }

    @Test
    void a_secret_lives_from_creation_to_restoration() {
        String client = clients.clientName(CONNECTION, REGION);
        SecretSync sync = AwsFixture.sync(null);

        Written created = create(client, sync, "dev/a", "one");
        assertThat(created.versionId()).isEqualTo(tokens.token("dev/a", SecretText.of("one"), 1));
        Secret stored = aws.secret(FIRST_ACCOUNT, REGION, "dev/a").orElseThrow();
        assertThat(stored.secretString()).isEqualTo("one");
        assertThat(seen("dev/a"))
                .satisfies(secret -> assertThat(secret.arn()).isEqualTo(created.arn()))
                .satisfies(secret -> assertThat(secret.versionId()).isEqualTo(created.versionId()))
                .satisfies(secret -> assertThat(secret.tags())
                        .isEqualTo(Map.of("team", "x", "hanzo-kms:sync-id", AwsFixture.SYNC.toString())));

        DesiredSecret two = desired("dev/a", "two");
        Change.Update update =
                new Change.Update(two, seen("dev/a"), false, false, "source", tokens.token("dev/a", two.value(), 2), 2);
        Exchange updated = ok(send(client, "updateSecret", requests.update(sync, update)));
        assertThat(producer.requestBody("direct:result", updated.getMessage().getBody(), String.class))
                .isEqualTo(created.arn() + " " + update.token());
        assertThat(aws.secret(FIRST_ACCOUNT, REGION, "dev/a").orElseThrow().secretString())
                .isEqualTo("two");

        Change.Delete delete = new Change.Delete(seen("dev/a"), false, "gone from the source");
        ok(send(client, "deleteSecret", requests.delete(delete)));
        assertThat(reader.list(CONNECTION, REGION, "dev/"))
                .singleElement()
                .satisfies(secret -> assertThat(secret.scheduledForDeletion()).isTrue());
        assertThat(fixture.errors
                        .classify(send(client, "updateSecret", requests.update(sync, update))
                                .getException())
                        .failureClass())
                .isEqualTo(FailureClass.SCHEDULED_FOR_DELETION);

        DesiredSecret three = desired("dev/a", "three");
        Change.Restore restore =
                new Change.Restore(three, seen("dev/a"), false, false, tokens.token("dev/a", three.value(), 3), 3);
        assertThat(ok(send(client, "restoreSecret", requests.restore(restore)))
                        .getMessage()
                        .getBody())
                .isInstanceOf(RestoreSecretResponse.class);
        ok(send(client, "updateSecret", requests.update(sync, restore)));
        assertThat(aws.secret(FIRST_ACCOUNT, REGION, "dev/a").orElseThrow().secretString())
                .isEqualTo("three");
        assertThat(seen("dev/a").scheduledForDeletion()).isFalse();
    }

    @Test
    void a_change_of_key_makes_no_version() {
        aws.addKmsKey(FIRST_ACCOUNT, REGION, "11111111-1111-4111-8111-111111111111", "alias/mine");
        String client = clients.clientName(CONNECTION, REGION);
        Written created = create(client, AwsFixture.sync(null), "a", "one");

        ok(send(
                client,
                "updateSecret",
                requests.changeKmsKey(AwsFixture.sync("alias/mine"), new Change.ChangeKmsKey(seen("a")))));

        assertThat(seen("a").versionId()).isEqualTo(created.versionId());
        KmsKeyResolver keys = new KmsKeyResolver(clients, fixture.errors);
        assertThat(keys.keyId(CONNECTION, REGION, seen("a").kmsKeyId()))
                .isEqualTo(keys.keyId(CONNECTION, REGION, "alias/mine"));
        assertThat(keys.kmsKeys(CONNECTION, REGION, "aws-secrets-manager"))
                .extracting(KmsKey::alias)
                .containsExactly("alias/aws/secretsmanager", "alias/mine");
    }

    @Test
    void two_connections_write_with_two_identities_into_two_accounts() {
        create(clients.clientName(CONNECTION, REGION), AwsFixture.sync(null), "a", "one");
        create(clients.clientName(OTHER_CONNECTION, REGION), AwsFixture.sync(null), "a", "two");

        assertThat(aws.secret(FIRST_ACCOUNT, REGION, "a").orElseThrow().secretString())
                .isEqualTo("one");
        assertThat(aws.secret(SECOND_ACCOUNT, REGION, "a").orElseThrow().secretString())
                .isEqualTo("two");
        assertThat(awsEndpoints()).hasSize(2);
    }

    @Test
    void one_endpoint_serves_every_operation_of_a_connection() {
        String client = clients.clientName(CONNECTION, REGION);
        create(client, AwsFixture.sync(null), "a", "one");
        ok(send(client, "deleteSecret", requests.delete(new Change.Delete(seen("a"), false, "x"))));

        assertThat(awsEndpoints()).hasSize(1);
    }

    @Test
    void new_credentials_are_used_at_once_and_the_old_endpoint_is_gone() {
        String old = clients.clientName(CONNECTION, REGION);
        create(old, AwsFixture.sync(null), "a", "one");
        fixture.connect(CONNECTION, 2, AwsFixture.key("AKIAOTHER"));

        clients.evict(CONNECTION);

        assertThat(awsEndpoints()).isEmpty();
        create(clients.clientName(CONNECTION, REGION), AwsFixture.sync(null), "b", "two");
        assertThat(aws.secret(SECOND_ACCOUNT, REGION, "b")).isPresent();
        assertThat(aws.secret(FIRST_ACCOUNT, REGION, "b")).isEmpty();
    }

    @Test
    void the_eviction_of_revision_one_leaves_the_endpoint_of_revision_twelve() {
        clients.lookupByName(clients.clientName(CONNECTION, REGION));
        camel.getEndpoint("aws-secrets-manager:" + clients.clientName(CONNECTION, REGION)
                + "2?operation=listSecrets&secretsManagerClient=#" + clients.clientName(OTHER_CONNECTION, REGION));

        clients.evict(CONNECTION);

        assertThat(awsEndpoints()).hasSize(1);
    }

    @Test
    void a_replaced_client_is_an_error_that_passes_and_never_the_default_client() {
        String old = clients.clientName(CONNECTION, REGION);
        fixture.connect(CONNECTION, 2, AwsFixture.key("AKIAOTHER"));
        Change.Create change = new Change.Create(desired("a", "one"), "t".repeat(64), 1);

        AwsFailure failure =
                fixture.errors.classify(send(old, "createSecret", requests.create(AwsFixture.sync(null), change))
                        .getException());

        assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
        assertThat(failure.code()).isEqualTo(AwsErrors.CONNECTION_CHANGED);
        assertThat(aws.journal()).isEmpty();
    }

    @Test
    void a_deleted_connection_is_an_error_that_says_so() {
        String name = clients.clientName(CONNECTION, REGION);
        fixture.disconnect(CONNECTION);
        Change.Create change = new Change.Create(desired("a", "one"), "t".repeat(64), 1);

        assertThat(fixture.errors
                        .classify(send(name, "createSecret", requests.create(AwsFixture.sync(null), change))
                                .getException())
                        .code())
                .isEqualTo(AwsErrors.CONNECTION_UNUSABLE);
    }

    @Test
    void a_lost_answer_is_asked_for_again_and_makes_no_second_version() {
        aws.inject(Fault.of(Fault.Kind.DROP_AFTER).operation("CreateSecret"));

        Written written = create(clients.clientName(CONNECTION, REGION), AwsFixture.sync(null), "a", "one");

        assertThat(aws.journal()).extracting(Call::operation).containsExactly("CreateSecret", "CreateSecret");
        assertThat(seen("a").versionId()).isEqualTo(written.versionId());
    }

    @Test
    void what_aws_refuses_arrives_as_the_failure_of_that_secret() {
        String client = clients.clientName(CONNECTION, REGION);
        create(client, AwsFixture.sync(null), "a", "one");

        assertThat(refusal(client, "a", "another")).isEqualTo(FailureClass.CONFLICT);
        assertThat(refusal(client, "no such name!", "x")).isEqualTo(FailureClass.SECRET_WRONG);
        assertThat(refusal(client, "b", "x".repeat(65_537))).isEqualTo(FailureClass.SECRET_WRONG);
        aws.deny("CreateSecret");
        assertThat(refusal(client, "c", "x")).isEqualTo(FailureClass.PERMISSION_MISSING);
    }

    private FailureClass refusal(String client, String name, String value) {
        DesiredSecret secret = desired(name, value);
        Change.Create change = new Change.Create(secret, tokens.token(name, secret.value(), 7), 7);
        return fixture.errors
                .classify(send(client, "createSecret", requests.create(AwsFixture.sync(null), change))
                        .getException())
                .failureClass();
    }

    @Test
    void tags_change_on_the_real_thing() {
        create(clients.clientName(CONNECTION, REGION), AwsFixture.sync(null), "a", "one");

        new Tagging(clients).retag(CONNECTION, REGION, new Change.Retag(seen("a"), Map.of("new", "1"), Set.of("team")));

        assertThat(seen("a").tags()).isEqualTo(Map.of("new", "1", "hanzo-kms:sync-id", AwsFixture.SYNC.toString()));
    }
}
