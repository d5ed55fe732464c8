package ai.hanzo.kms.secretsync.emulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * AWS Secrets Manager, STS and a little of KMS on one port of 127.0.0.1. Programs use {@link #endpoint()} as the
 * endpoint of an AWS SDK, with {@link #ACCESS_KEY_ID} or another key that was made known; every signature is checked.
 * The account comes from the key, the region from the signature. Safe for use by many threads.
 *
 * <p>What may go wrong, and when, is set by {@link #inject}, {@link #latency}, {@link #listLag}, {@link #quotas()},
 * {@link #deny} and {@link #clock()}. What happened is in {@link #journal()} and {@link #secret(String)}.
 */
public final class SecretsManagerEmulator implements AutoCloseable {
    /** The account of {@link #ACCESS_KEY_ID}. */
    public static final String ACCOUNT = "111111111111";
    /** The region that methods without one mean. */
    public static final String REGION = "us-east-1";
    /** A key that is known from the start. */
    public static final String ACCESS_KEY_ID = "AKIAEMULATOREXAMPLE0";
    /** Belongs to {@link #ACCESS_KEY_ID}. */
    public static final String SECRET_ACCESS_KEY = "emulator/example/secret/access/key/00000";

    private static final int BACKLOG = 512;

    private final MutableClock clock = MutableClock.running();
    private final SecretStore store = new SecretStore(clock);
    private final Permissions permissions = new Permissions();
    private final Authorization authorization = new Authorization(store, permissions);
    private final KmsOperations kms = new KmsOperations(authorization);
    private final StsOperations sts = new StsOperations(clock);
    private final SecretListing listing = new SecretListing(store, clock, kms);
    private final SecretsManagerOperations operations =
            new SecretsManagerOperations(store, clock, kms, listing, permissions, authorization);
    private final SigV4Verifier verifier = new SigV4Verifier(sts::principal, clock);
    private final Faults faults = new Faults();
    private final Quotas quotas = new Quotas(clock);
    private final Journal journal = new Journal();
    private final AwsEndpoint aws =
            new AwsEndpoint(verifier, operations, sts, kms, permissions, faults, quotas, journal, clock);
    private final PeoplesApi people = new PeoplesApi(this);
    private final HttpServer server;
    private final ExecutorService threads;

    private SecretsManagerEmulator(int port) throws IOException {
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "emulator-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        addDefaults();
        server.start();
    }

    /**
     * @param port 0 for a free one
     * @throws UncheckedIOException when the port is taken
     */
    public static SecretsManagerEmulator start(int port) {
        // Without it each answer waits 40 ms for an acknowledgement; read when the server's class is loaded.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            return new SecretsManagerEmulator(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts on a free port. */
    public static SecretsManagerEmulator start() {
        return start(0);
    }

    /** Where Secrets Manager, STS, KMS and the pages for people are. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    // Who may call

    /** Makes a long-term key known. */
    public void addAccessKey(String accessKeyId, String secretAccessKey, String account) {
        sts.addUser(accessKeyId, secretAccessKey, account, "emulator");
    }

    /** Makes a key unknown; calls with it answer {@code UnrecognizedClientException}. */
    public void removeAccessKey(String accessKeyId) {
        sts.removeKey(accessKeyId);
    }

    /** A role that anyone known may assume who sends {@code externalId} (null: whoever), for up to an hour. */
    public void addRole(String arn, String externalId) {
        addRole(arn, externalId, null, Duration.ofHours(1));
    }

    /**
     * @param externalId what a caller must send, null for nothing
     * @param trustedAccount whose users may assume it, null for any
     * @param maxSession the longest session it grants
     */
    public void addRole(String arn, String externalId, String trustedAccount, Duration maxSession) {
        sts.addRole(new StsOperations.Role(arn, externalId, trustedAccount, maxSession));
    }

    /** From now on nobody can assume the role; sessions go on until they expire. */
    public void removeRole(String arn) {
        sts.removeRole(arn);
    }

    /** Denies actions such as {@code GetSecretValue} or {@code sts:AssumeRole} to everyone. */
    public void deny(String... actions) {
        List.of(actions).forEach(action -> permissions.deny(null, action));
    }

    /** Denies an action to the callers of one account. */
    public void denyTo(String account, String action) {
        permissions.deny(account, action);
    }

    /** Takes denials back. */
    public void allow(String... actions) {
        List.of(actions).forEach(permissions::allow);
    }

    /**
     * Lets the user of an access key do what an identity-based policy allows, and nothing else.
     *
     * @param policy its JSON; takes the place of an earlier one
     * @throws IllegalArgumentException for a policy that the emulator does not understand
     */
    public void attachPolicy(String accessKeyId, String policy) {
        permissions.attach(accessKeyId, IdentityPolicy.parse(policy));
    }

    /** The actions, such as {@code kms:Decrypt}, that attached policies did not allow, in the order of the calls. */
    public List<String> refusedByPolicies() {
        return permissions.refused();
    }

    public void forgetRefused() {
        permissions.forgetRefused();
    }

    /**
     * Adds a customer managed KMS key.
     *
     * @param keyId a UUID
     * @param aliases each with {@code alias/} in front
     * @return its ARN
     */
    public String addKmsKey(String account, String region, String keyId, String... aliases) {
        return kms.add(account, region, keyId, List.of(aliases)).arn();
    }

    /** A key that is disabled fails to encrypt and to decrypt. */
    public void enableKmsKey(String account, String region, String keyId, boolean enabled) {
        kms.enable(account, region, keyId, enabled);
    }

    // What goes wrong, and time

    /** The time of dates, recovery windows, sessions, quotas and lagging lists. */
    public MutableClock clock() {
        return clock;
    }

    public void inject(Fault fault) {
        faults.add(fault);
    }

    public void clearFaults() {
        faults.clear();
    }

    /** Done when a connection is about to be dropped, as {@link Fault.Kind#DROP_BEFORE} and its like say. */
    public void whenDropped(Runnable action) {
        aws.whenDropped(action);
    }

    /** How long each AWS call takes at least. */
    public void latency(Duration perCall) {
        aws.latency(perCall);
    }

    /** Lists are answered as of so long ago, deleted secrets included; at most ten minutes. */
    public void listLag(Duration behind) {
        listing.lag(behind);
    }

    /** The request quotas, off at first. */
    public Quotas quotas() {
        return quotas;
    }

    /** How many label-less versions of the last 24 hours a secret may have; AWS's number, about 100, at first. */
    public void versionQuota(int versions) {
        operations.versionQuota(versions);
    }

    // What happened

    /** The AWS calls in the order in which they were answered, the last 200,000 at most. */
    public List<Call> journal() {
        return journal.calls();
    }

    public void clearJournal() {
        journal.clear();
    }

    /** How many calls of an operation there were, whatever came of them. */
    public long count(String operation) {
        return journal.count(operation);
    }

    /** The calls that would change Secrets Manager, whatever came of them. */
    public List<Call> writes() {
        return journal().stream().filter(Call::isWrite).toList();
    }

    // What is there

    /** All secrets by name, those scheduled for deletion included. */
    public List<Secret> secrets(String account, String region) {
        return store.partition(account, region).all();
    }

    /** The secrets of the default account and region. */
    public List<Secret> secrets() {
        return secrets(ACCOUNT, REGION);
    }

    public Optional<Secret> secret(String account, String region, String name) {
        return Optional.ofNullable(store.partition(account, region).get(name));
    }

    /** A secret of the default account and region. */
    public Optional<Secret> secret(String name) {
        return secret(ACCOUNT, REGION, name);
    }

    /** The current {@code SecretString} in the default account and region; null when there is none. */
    public String value(String name) {
        return secret(name).map(Secret::secretString).orElse(null);
    }

    /** Creates or changes a secret as somebody else would, past all checks and without a trace in the journal. */
    public Secret putForeign(ForeignSecret foreign) {
        Instant now = clock.instant();
        return store.partition(foreign.account(), foreign.region())
                .change(foreign.name(), existing -> foreign.appliedTo(existing, now));
    }

    /** Gives a secret of the default account and region a new value. */
    public Secret putForeign(String name, String value) {
        return putForeign(ForeignSecret.named(name).value(value));
    }

    /**
     * Deletes a secret at once, as somebody else would by force.
     *
     * @return whether there was one
     */
    public boolean deleteForeign(String account, String region, String name) {
        boolean there = secret(account, region, name).isPresent();
        store.partition(account, region).change(name, existing -> null);
        return there;
    }

    public boolean deleteForeign(String name) {
        return deleteForeign(ACCOUNT, REGION, name);
    }

    /** Puts {@code count} secrets in: {@code secret.apply(0)} and so on. */
    public void seed(int count, IntFunction<ForeignSecret> secret) {
        for (int i = 0; i < count; i++) {
            putForeign(secret.apply(i));
        }
    }

    /** All secrets of a moment. */
    public record Snapshot(List<Secret> secrets) {}

    public Snapshot snapshot() {
        List<Secret> all = new ArrayList<>();
        places().forEach(place -> all.addAll(secrets(place.account(), place.region())));
        return new Snapshot(List.copyOf(all));
    }

    /** Goes back to the secrets of a snapshot. Nothing else changes. */
    public void restore(Snapshot snapshot) {
        store.clear();
        snapshot.secrets()
                .forEach(secret ->
                        store.partition(secret.account(), secret.region()).change(secret.name(), none -> secret));
    }

    /** Everything as after the start: no secrets, no faults, no journal, default credentials only, current time. */
    public void reset() {
        store.clear();
        faults.clear();
        quotas.reset();
        journal.clear();
        permissions.clear();
        kms.clear();
        sts.clear();
        clock.reset();
        listLag(Duration.ZERO);
        aws.latency(Duration.ZERO);
        aws.whenDropped(() -> {});
        versionQuota(100);
        addDefaults();
    }

    private void addDefaults() {
        addAccessKey(ACCESS_KEY_ID, SECRET_ACCESS_KEY, ACCOUNT);
    }

    /** How many names the default account and region remember, deleted ones included. */
    int remembered() {
        return store.partition(ACCOUNT, REGION).remembered();
    }

    Collection<SecretStore.Place> places() {
        return store.places();
    }

    // HTTP

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean root = exchange.getRequestURI().getPath().equals("/");
            if (root && exchange.getRequestMethod().equals("POST")) {
                aws.handle(exchange, body);
            } else {
                people.handle(exchange, body);
            }
        }
    }
}
