package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The beans of this package put together by hand, against an endpoint given by the SDK's own settings. What those settings were
 * before comes back on close.
 */
final class AwsFixture implements AutoCloseable {
    static final String REGION = "eu-central-1";
    static final UUID CONNECTION = UUID.fromString("11111111-2222-4333-8444-555555555555");
    static final UUID OTHER_CONNECTION = UUID.fromString("66666666-7777-4888-9999-aaaaaaaaaaaa");
    static final UUID SYNC = UUID.fromString("bbbbbbbb-cccc-4ddd-8eee-ffffffffffff");

    private final Map<String, String> before = new HashMap<>();
    private final Map<UUID, AwsIdentities.Resolved> connections = new ConcurrentHashMap<>();
    private CamelContext camel;

    final AwsErrors errors = new AwsErrors();
    final AwsProperties properties = properties(30, false);
    final AwsSdk sdk;
    final AwsClients clients;

    AwsFixture(URI endpoint) {
        set("aws.endpointUrl", endpoint.toString());
        // These go before, and a test of the whole service may have left them.
        for (String service : List.of("SecretsManager", "Sts", "Kms")) {
            set("aws.endpointUrl" + service, endpoint.toString());
        }
        set("aws.accessKeyId", "AKIASERVICE");
        set("aws.secretAccessKey", "MARKER-service-secret");
        AwsCalls calls = new AwsCalls();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Pacer pacer = new Pacer(new QuotaProperties(100, Map.of()), calls, () -> 1, meters);
        sdk = new AwsSdk(properties, calls, pacer, new AwsMetrics(meters));
        clients = new AwsClients(this::resolve, sdk, provider());
        connect(CONNECTION, 1, key("AKIAFIRST"));
    }

    /** Settings with quick failure. */
    static AwsProperties properties(int recoveryWindowDays, boolean forceDeletion) {
        return new AwsProperties(
                recoveryWindowDays,
                forceDeletion,
                new AwsProperties.Client(
                        16, 2, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), false));
    }

    static AwsIdentity key(String accessKeyId) {
        return new AwsIdentity.AccessKey(accessKeyId, SecretText.of("MARKER-key-secret"));
    }

    static AwsIdentity role(URI stsEndpoint) {
        return new AwsIdentity.AssumedRole(
                "arn:aws:iam::123456789012:role/sync",
                "PROJECT1",
                stsEndpoint,
                AwsIdentity.AssumedRole.sessionName(CONNECTION));
    }

    static SecretSync sync(String keyId) {
        return new SecretSync(
                SYNC,
                "sync",
                null,
                new Source("project", "dev", "/"),
                new Destination(CONNECTION, REGION, Destination.ONE_TO_ONE, null),
                new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, null, null, keyId, null, null),
                true,
                false);
    }

    static DestinationSecret existing(String name, Map<String, String> tags) {
        return new DestinationSecret(
                name,
                "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-AbCdEf",
                "v1",
                null,
                tags,
                null,
                null,
                null,
                false,
                null,
                null);
    }

    void connect(UUID connectionId, long revision, AwsIdentity identity) {
        connections.put(connectionId, new AwsIdentities.Resolved(identity, revision, "123456789012"));
    }

    void disconnect(UUID connectionId) {
        connections.remove(connectionId);
    }

    void camel(CamelContext context) {
        camel = context;
    }

    void set(String property, String value) {
        before.putIfAbsent(property, System.getProperty(property, ""));
        System.setProperty(property, value);
    }

    DestinationReader reader() {
        return new DestinationReader(clients, errors);
    }

    CallerIdentity callerIdentity() {
        return new CallerIdentity(sdk, errors);
    }

    private AwsIdentities.Resolved resolve(UUID connectionId) {
        AwsIdentities.Resolved resolved = connections.get(connectionId);
        if (resolved == null) {
            throw Rejection.notFound("Could not find App Connection with ID " + connectionId);
        }
        return resolved;
    }

    private ObjectProvider<CamelContext> provider() {
        return new ObjectProvider<>() {
            @Override
            public CamelContext getObject() {
                return camel;
            }

            @Override
            public CamelContext getIfAvailable() {
                return camel;
            }

            @Override
            public Iterator<CamelContext> iterator() {
                return List.of(camel).iterator();
            }
        };
    }

    @Override
    public void close() {
        clients.close();
        sdk.close();
        before.forEach((property, value) -> {
            if (value.isEmpty()) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
    }
}
