package ai.hanzo.kms.secretsync.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.containers.localstack.LocalStackContainer.Service;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * A Secrets Manager that is not ours, named by the system property {@code secretsmanager.target}: {@code docker} starts
 * LocalStack, {@code endpoint:<uri>} is an emulator that runs already, {@code aws} is AWS with the SDK's usual
 * credentials and region.
 */
public final class Peer implements AutoCloseable {
    private static final String TARGET = "secretsmanager.target";
    private static final String DEVIATIONS = "secretsmanager.deviations";
    private static final String AWS_KMS_KEY = "secretsmanager.aws.kms-key";
    private static final String AWS_ROLE = "secretsmanager.aws.role";
    private static final String AWS_EXTERNAL_ID = "secretsmanager.aws.external-id";

    /** The last one that starts without an account. */
    private static final DockerImageName LOCALSTACK = DockerImageName.parse("localstack/localstack:4.14.0");

    private static final String ENDPOINT = "endpoint:";
    /** Of AWS: how long a change may take to appear in lists, and a minute more. */
    private static final Duration LIST_DELAY = Duration.ofMinutes(6);

    private final Contract.Target target;
    private final String deviations;
    private final Runnable stop;

    private Peer(Contract.Target target, String deviations, Runnable stop) {
        this.target = target;
        this.deviations = deviations;
        this.stop = stop;
    }

    public static Peer start() {
        String target = required(TARGET);
        if (target.equals("docker")) {
            LocalStackContainer container =
                    new LocalStackContainer(LOCALSTACK).withServices(Service.SECRETSMANAGER, Service.STS);
            container.start();
            return emulator(container.getEndpoint(), container::stop);
        }
        if (target.equals("aws")) {
            return aws();
        }
        if (target.startsWith(ENDPOINT)) {
            return emulator(URI.create(target.substring(ENDPOINT.length())), () -> {});
        }
        throw new IllegalArgumentException(TARGET + " is docker, endpoint:<uri> or aws, not " + target);
    }

    private static Peer emulator(URI endpoint, Runnable stop) {
        String deviations = System.getProperty(DEVIATIONS);
        return new Peer(
                new Contract.Target(
                        endpoint,
                        EmulatorClients.CREDENTIALS,
                        SecretsManagerEmulator.REGION,
                        uniquePrefix(),
                        UUID.randomUUID().toString(),
                        "arn:aws:iam::222222222222:role/contract",
                        "external-id",
                        Duration.ZERO),
                deviations == null ? localStack(endpoint) : deviations,
                stop);
    }

    private static Peer aws() {
        return new Peer(
                new Contract.Target(
                        null,
                        DefaultCredentialsProvider.builder().build().resolveCredentials(),
                        DefaultAwsRegionProviderChain.builder()
                                .build()
                                .getRegion()
                                .id(),
                        uniquePrefix(),
                        required(AWS_KMS_KEY),
                        required(AWS_ROLE),
                        required(AWS_EXTERNAL_ID),
                        LIST_DELAY),
                "aws",
                () -> {});
    }

    private static String uniquePrefix() {
        return "contract/" + UUID.randomUUID() + "/";
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalArgumentException("Set the system property " + property);
        }
        return value;
    }

    /** LocalStack tells its version; of others the caller says which list of deviations is theirs. */
    private static String localStack(URI endpoint) {
        try (InputStream health =
                endpoint.resolve("/_localstack/health").toURL().openStream()) {
            return "localstack-"
                    + Json.MAPPER.readTree(health).required("version").textValue();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    endpoint + " is not LocalStack: name the list of its deviations with " + DEVIATIONS, e);
        }
    }

    Contract.Target target() {
        return target;
    }

    Deviations deviations() {
        return Deviations.of(deviations);
    }

    /** Not of AWS, which has one for each service. */
    public URI endpoint() {
        return target.endpoint();
    }

    public AwsCredentials credentials() {
        return target.credentials();
    }

    @Override
    public void close() {
        stop.run();
    }
}
