package ai.hanzo.kms.secretsync.aws;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.BeanRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * One client per connection, region and revision of the connection's credentials, made when first asked for.
 *
 * <p>Being a {@link BeanRepository}, it answers Camel's look-ups of {@code #aws-connection-<id>-<region>-<revision>}: routes take
 * that name from {@link #clientName} and never see a client or a credential. A Camel endpoint keeps the client it was started
 * with; the revision in its name is why changed credentials lead to another endpoint. Nothing is found by type, so that Camel
 * never picks some connection's client by itself.
 */
@Component
public class AwsClients implements BeanRepository, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AwsClients.class);
    private static final String PREFIX = "aws-connection-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-("
            + StsEndpoints.REGION.pattern() + ")-([0-9]{1,18})");

    private final AwsIdentities identities;
    private final AwsSdk sdk;
    private final ObjectProvider<CamelContext> camel;
    private final Map<Key, Clients> clients = new ConcurrentHashMap<>();

    AwsClients(AwsIdentities identities, AwsSdk sdk, ObjectProvider<CamelContext> camel) {
        this.identities = identities;
        this.sdk = sdk;
        this.camel = camel;
    }

    /**
     * The name under which Camel finds the client of a connection as it is now. To be asked for once per run: it reads the
     * connection.
     *
     * @param region AWS region code
     * @throws ai.hanzo.kms.secretsync.sync.Rejection if there is no such connection
     * @throws IllegalArgumentException if the region cannot be one
     */
    public String clientName(UUID connectionId, String region) {
        return key(connectionId, region, identities.resolve(connectionId)).name();
    }

    /** Client for the calls that Camel's component lacks. It is shared: do not close it. */
    public SecretsManagerClient secretsManager(UUID connectionId, String region) {
        return clients(connectionId, region).secretsManager();
    }

    /** Client for the KMS key checks. It is shared: do not close it. */
    public KmsClient kms(UUID connectionId, String region) {
        return clients(connectionId, region).kms();
    }

    /** Client that asks AWS who the connection is. It is shared: do not close it. */
    public StsClient sts(UUID connectionId, String region) {
        return clients(connectionId, region).sts();
    }

    /** To be called when a connection was changed or deleted: forgets its clients and the Camel endpoints that hold them. */
    public void evict(UUID connectionId) {
        evict(key -> key.connectionId().equals(connectionId));
    }

    @Override
    public Object lookupByName(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        Key asked = new Key(UUID.fromString(matcher.group(1)), matcher.group(2), Long.parseLong(matcher.group(3)));
        Clients known = clients.get(asked);
        if (known == null) {
            AwsIdentities.Resolved resolved = identities.resolve(asked.connectionId());
            if (resolved.revision() != asked.revision()) {
                // Credentials that were replaced must not come back to life: not found, and the run is to ask for the
                // new name.
                return null;
            }
            known = made(asked, resolved);
        }
        return known.secretsManager();
    }

    @Override
    public <T> T lookupByNameAndType(String name, Class<T> type) {
        if (!type.isAssignableFrom(SecretsManagerClient.class)) {
            return null;
        }
        return type.cast(lookupByName(name));
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        return Map.of();
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return Set.of();
    }

    /** At the end of the service: Camel has stopped before, and must not be asked for any more. */
    @Override
    public void close() {
        clients.values().forEach(Clients::close);
        clients.clear();
    }

    private Clients clients(UUID connectionId, String region) {
        AwsIdentities.Resolved resolved = identities.resolve(connectionId);
        Key key = key(connectionId, region, resolved);
        Clients known = clients.get(key);
        return known == null ? made(key, resolved) : known;
    }

    private static Key key(UUID connectionId, String region, AwsIdentities.Resolved resolved) {
        if (!StsEndpoints.REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("not an AWS region code");
        }
        return new Key(connectionId, region, resolved.revision());
    }

    private Clients made(Key key, AwsIdentities.Resolved resolved) {
        Clients made = clients.computeIfAbsent(key, k -> new Clients(sdk, resolved, k.region()));
        // Where another instance of the service changed the connection, this is the moment when we notice.
        evict(other -> other.connectionId().equals(key.connectionId()) && other.revision() < key.revision());
        return made;
    }

    private void evict(Predicate<Key> which) {
        for (Key key : List.copyOf(clients.keySet())) {
            if (which.test(key)) {
                Clients gone = clients.remove(key);
                if (gone != null) {
                    removeEndpoints(key.name());
                    gone.close();
                }
            }
        }
    }

    private void removeEndpoints(String name) {
        CamelContext context = camel.getIfAvailable();
        if (context == null) {
            return;
        }
        Pattern holder = Pattern.compile(Pattern.quote(name) + "(?![0-9])");
        for (Endpoint endpoint : context.getEndpoints()) {
            if (holder.matcher(endpoint.getEndpointUri()).find()) {
                try {
                    context.removeEndpoint(endpoint);
                } catch (Exception e) {
                    LOG.warn("Camel endpoint of a replaced AWS client could not be stopped: {}", name, e);
                }
            }
        }
    }

    private record Key(UUID connectionId, String region, long revision) {
        String name() {
            return PREFIX + connectionId + "-" + region + "-" + revision;
        }
    }

    /** The clients of one connection in one region; those that are seldom needed are made when they are. */
    private static final class Clients {
        private final AwsSdk sdk;
        private final String account;
        private final String region;
        private final AwsCredentialsProvider credentials;
        private final SecretsManagerClient secretsManager;
        private KmsClient kms;
        private StsClient sts;

        Clients(AwsSdk sdk, AwsIdentities.Resolved resolved, String region) {
            this.sdk = sdk;
            this.region = region;
            account = resolved.accountId();
            credentials = sdk.credentials(resolved.identity(), region);
            secretsManager = sdk.client(SecretsManagerClient.builder(), credentials, account, region);
        }

        SecretsManagerClient secretsManager() {
            return secretsManager;
        }

        synchronized KmsClient kms() {
            if (kms == null) {
                kms = sdk.client(KmsClient.builder(), credentials, account, region);
            }
            return kms;
        }

        synchronized StsClient sts() {
            if (sts == null) {
                sts = sdk.client(StsClient.builder(), credentials, account, region);
            }
            return sts;
        }

        /** Calls under way go on: the connection pool and the timer belong to {@link AwsSdk}. */
        synchronized void close() {
            secretsManager.close();
            if (kms != null) {
                kms.close();
            }
            if (sts != null) {
                sts.close();
            }
            AwsSdk.close(credentials);
        }
    }
}
