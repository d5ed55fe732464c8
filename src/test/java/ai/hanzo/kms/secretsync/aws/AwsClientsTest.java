package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.AwsFixture.CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.OTHER_CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.REGION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.Rejection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class AwsClientsTest {
    private final ScriptedAws aws = new ScriptedAws();
    private final AwsFixture fixture = new AwsFixture(aws.uri());
    private final AwsClients clients = fixture.clients;

    AwsClientsTest() {
        aws.answer(call ->
                call.operation().equals("AssumeRole") || call.operation().equals("GetCallerIdentity")
                        ? ScriptedAws.sts(call)
                        : ScriptedAws.Answer.json("{}"));
    }

    @AfterEach
    void close() {
        fixture.close();
        aws.close();
    }

    @Test
    void the_name_tells_connection_region_and_revision_and_leads_to_one_client() {
        String name = clients.clientName(CONNECTION, REGION);

        assertThat(name).isEqualTo("aws-connection-" + CONNECTION + "-eu-central-1-1");
        assertThat(clients.lookupByName(name))
                .isInstanceOf(SecretsManagerClient.class)
                .isSameAs(clients.lookupByNameAndType(name, SecretsManagerClient.class))
                .isSameAs(clients.secretsManager(CONNECTION, REGION))
                .isNotSameAs(clients.secretsManager(CONNECTION, "us-east-1"));
    }

    @Test
    void nothing_is_found_by_type_so_that_camel_never_chooses_a_connection() {
        clients.secretsManager(CONNECTION, REGION);

        assertThat(clients.findByType(SecretsManagerClient.class)).isEmpty();
        assertThat(clients.findByTypeWithName(SecretsManagerClient.class)).isEmpty();
        assertThat(clients.lookupByNameAndType(clients.clientName(CONNECTION, REGION), String.class))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other",
                "aws-connection-",
                "aws-connection-11111111-2222-4333-8444-555555555555-eu-central-1",
                "aws-connection-11111111-2222-4333-8444-555555555555-evil.example.com-1",
                "aws-connection-11111111-2222-4333-8444-555555555555-eu-central-1.evil.com#-1",
                "aws-connection-11111111-2222-4333-8444-555555555555-eu-central-1-1x",
                "aws-connection-../../etc-eu-central-1-1",
                "aws-connection-11111111-2222-4333-8444-555555555555-eu-central-1-9999999999999999999"
            })
    void only_exact_names_are_answered(String name) {
        assertThat(clients.lookupByName(name)).isNull();
    }

    @Test
    void a_region_that_could_change_the_host_is_refused() {
        assertThatThrownBy(() -> clients.clientName(CONNECTION, "eu-central-1.evil.example/"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_unknown_connection_is_a_rejection() {
        assertThatThrownBy(() -> clients.clientName(OTHER_CONNECTION, REGION)).isInstanceOf(Rejection.class);
    }

    @Test
    void changed_credentials_get_a_new_name_and_the_old_name_is_not_found_again() {
        String old = clients.clientName(CONNECTION, REGION);
        Object oldClient = clients.lookupByName(old);
        fixture.connect(CONNECTION, 2, AwsFixture.key("AKIASECOND"));
        clients.evict(CONNECTION);

        String name = clients.clientName(CONNECTION, REGION);
        assertThat(name).isNotEqualTo(old);
        assertThat(clients.lookupByName(old)).isNull();
        assertThat(clients.lookupByName(name)).isNotNull().isNotSameAs(oldClient);
        clients.secretsManager(CONNECTION, REGION).listSecrets();
        assertThat(aws.calls().get(0).accessKeyId()).isEqualTo("AKIASECOND");
    }

    @Test
    void a_change_made_by_another_instance_is_noticed_by_its_revision() {
        String old = clients.clientName(CONNECTION, REGION);
        clients.lookupByName(old);
        fixture.connect(CONNECTION, 2, AwsFixture.key("AKIASECOND"));

        clients.secretsManager(CONNECTION, REGION).listSecrets();

        assertThat(aws.calls().get(0).accessKeyId()).isEqualTo("AKIASECOND");
        assertThat(clients.lookupByName(old)).isNull();
    }

    @Test
    void a_client_that_was_handed_out_survives_the_eviction_of_its_connection() {
        SecretsManagerClient underWay = clients.secretsManager(CONNECTION, REGION);
        clients.evict(CONNECTION);

        underWay.listSecrets();

        assertThat(aws.calls("ListSecrets")).hasSize(1);
    }

    @Test
    void ends_without_asking_for_a_camel_context_that_spring_has_destroyed() {
        try (var context = new AnnotationConfigApplicationContext()) {
            context.registerBean(AwsErrors.class);
            context.registerBean(AwsProperties.class, () -> AwsFixture.properties(30, false));
            context.registerBean(AwsCalls.class);
            context.registerBean(QuotaProperties.class, () -> new QuotaProperties(100, Map.of()));
            context.registerBean(Instances.class, () -> () -> 1);
            context.registerBean(SimpleMeterRegistry.class, () -> new SimpleMeterRegistry());
            context.registerBean(Pacer.class);
            context.registerBean(AwsMetrics.class);
            context.registerBean(AwsSdk.class);
            context.registerBean(
                    AwsIdentities.class,
                    () -> id -> new AwsIdentities.Resolved(AwsFixture.key("AKIA"), 1, "123456789012"));
            context.registerBean(AwsClients.class);
            context.registerBean(
                    CamelContext.class,
                    () -> {
                        throw new AssertionError("Camel was asked for");
                    },
                    definition -> definition.setLazyInit(true));
            context.refresh();
            AwsClients bean = context.getBean(AwsClients.class);
            bean.secretsManager(CONNECTION, REGION);

            bean.close();
        }
    }

    @Test
    @DisplayName("U3.2-26: a role is assumed once for many calls")
    void a_role_is_assumed_with_external_id_and_session_name_once_for_many_calls() {
        fixture.connect(CONNECTION, 1, AwsFixture.role(null));

        clients.secretsManager(CONNECTION, REGION).listSecrets();
        clients.secretsManager(CONNECTION, REGION).listSecrets();
        clients.sts(CONNECTION, REGION).getCallerIdentity();

        assertThat(aws.calls("AssumeRole")).singleElement().satisfies(call -> {
            assertThat(call.accessKeyId()).isEqualTo("AKIASERVICE");
            assertThat(call.region()).isEqualTo(REGION);
            assertThat(call.text("ExternalId")).isEqualTo("PROJECT1");
            assertThat(call.text("RoleSessionName")).isEqualTo("hanzo-kms-sync-" + CONNECTION);
            assertThat(call.text("DurationSeconds")).isEqualTo("900");
        });
        assertThat(aws.calls("ListSecrets")).hasSize(2).allSatisfy(call -> {
            assertThat(call.accessKeyId()).isEqualTo("ASIAROLEPROJECT1");
            assertThat(call.sessionToken()).isEqualTo("MARKER-session-token");
        });
    }

    @Test
    @DisplayName("U5.2-9: a session is renewed before it expires")
    void a_session_is_renewed_before_it_expires() {
        fixture.connect(CONNECTION, 1, AwsFixture.role(null));
        aws.answer(call -> {
            ScriptedAws.Answer answer =
                    call.operation().equals("AssumeRole") ? ScriptedAws.sts(call) : ScriptedAws.Answer.json("{}");
            // A minute from expiry: still good, but not for a call with its retries.
            return new ScriptedAws.Answer(
                    answer.status(),
                    answer.contentType(),
                    answer.body()
                            .replaceAll(
                                    "<Expiration>.*</Expiration>",
                                    "<Expiration>" + java.time.Instant.now().plusSeconds(60) + "</Expiration>"));
        });

        clients.secretsManager(CONNECTION, REGION).listSecrets();
        clients.secretsManager(CONNECTION, REGION).listSecrets();

        assertThat(aws.calls("AssumeRole")).hasSize(2);
    }

    @Test
    void the_connections_own_sts_endpoint_wins_over_the_settings() {
        try (ScriptedAws otherSts = new ScriptedAws()) {
            otherSts.answer(ScriptedAws::sts);
            fixture.connect(CONNECTION, 1, AwsFixture.role(otherSts.uri()));

            clients.secretsManager(CONNECTION, REGION).listSecrets();

            assertThat(otherSts.calls("AssumeRole")).hasSize(1);
            assertThat(aws.calls()).extracting(ScriptedAws.Call::operation).containsExactly("ListSecrets");
        }
    }

    @Test
    void each_service_has_its_own_endpoint_setting_as_in_every_aws_program() {
        try (ScriptedAws secretsManager = new ScriptedAws();
                ScriptedAws sts = new ScriptedAws();
                ScriptedAws kms = new ScriptedAws()) {
            sts.answer(ScriptedAws::sts);
            fixture.set("aws.endpointUrlSecretsManager", secretsManager.uri().toString());
            fixture.set("aws.endpointUrlSts", sts.uri().toString());
            fixture.set("aws.endpointUrlKms", kms.uri().toString());

            clients.secretsManager(CONNECTION, REGION).listSecrets();
            clients.sts(CONNECTION, REGION).getCallerIdentity();
            clients.kms(CONNECTION, REGION).listAliases();

            assertThat(secretsManager.calls("ListSecrets")).hasSize(1);
            assertThat(sts.calls("GetCallerIdentity")).hasSize(1);
            assertThat(kms.calls("ListAliases")).hasSize(1);
            assertThat(aws.calls()).isEmpty();
        }
    }

    @Test
    @DisplayName("U3.6-1: a throttled call is repeated; differs: with growing pauses of the SDK (promise 5)")
    void a_call_that_is_always_throttled_is_tried_for_most_of_its_time_and_ends_as_what_it_is() {
        aws.answer(call -> ScriptedAws.Answer.error(400, "ThrottlingException", "Rate exceeded"));

        assertThatThrownBy(() -> clients.secretsManager(CONNECTION, REGION).listSecrets())
                .satisfies(e ->
                        assertThat(fixture.errors.classify(e).failureClass()).isEqualTo(FailureClass.THROTTLED));
        assertThat(aws.calls()).hasSizeGreaterThan(2);
    }

    @Test
    void attempts_that_fail_otherwise_are_counted_without_the_throttled_ones() {
        AtomicInteger call = new AtomicInteger();
        aws.answer(any -> call.incrementAndGet() <= 3
                ? ScriptedAws.Answer.error(400, "ThrottlingException", "Rate exceeded")
                : ScriptedAws.Answer.error(500, "InternalServiceError", "An error occurred"));

        assertThatThrownBy(() -> clients.secretsManager(CONNECTION, REGION).listSecrets())
                .satisfies(e ->
                        assertThat(fixture.errors.classify(e).failureClass()).isEqualTo(FailureClass.TRANSIENT));
        assertThat(aws.calls()).hasSize(3 + 2);
    }

    @Test
    @DisplayName("U5.1-7: many throttled calls at once do not fail the rest")
    void many_throttled_calls_at_once_do_not_make_the_sdk_give_up_on_the_rest() throws Exception {
        Set<String> throttled = ConcurrentHashMap.newKeySet();
        aws.answer(call -> throttled.add(call.text("SecretId"))
                ? ScriptedAws.Answer.error(400, "ThrottlingException", "Rate exceeded")
                : ScriptedAws.Answer.json("{}"));
        SecretsManagerClient client = clients.secretsManager(CONNECTION, REGION);
        ExecutorService threads = Executors.newFixedThreadPool(150);
        try {
            List<Callable<Object>> calls = IntStream.range(0, 150)
                    .<Callable<Object>>mapToObj(i -> () -> client.describeSecret(request -> request.secretId("s" + i)))
                    .toList();

            for (Future<Object> done : threads.invokeAll(calls)) {
                assertThat(done).succeedsWithin(Duration.ofSeconds(5));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(aws.calls()).hasSize(300);
    }

    @Test
    void the_region_of_an_sts_endpoint_is_read_from_its_host() {
        assertThat(StsEndpoints.region(URI.create("https://sts.eu-west-1.amazonaws.com")))
                .contains("eu-west-1");
        assertThat(StsEndpoints.region(URI.create("https://STS-fips.us-gov-west-1.amazonaws.com")))
                .contains("us-gov-west-1");
        assertThat(StsEndpoints.region(URI.create("https://vpce-0a-b.sts.us-east-2.vpce.amazonaws.com")))
                .contains("us-east-2");
        assertThat(StsEndpoints.region(URI.create("https://sts.amazonaws.com"))).isEmpty();
        assertThat(StsEndpoints.region(URI.create("https://eu-west-1.amazonaws.com")))
                .isEmpty();
        assertThat(StsEndpoints.region(null)).isEmpty();
    }
}
