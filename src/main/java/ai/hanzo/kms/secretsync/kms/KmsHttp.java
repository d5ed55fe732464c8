package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.egress.Hosts;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Calls one KMS: no redirects, bounded in time and size, at the pace it allows. Says nothing about what an answer means but
 * that there was none, or that it was a redirect or too many requests.
 */
final class KmsHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Room for 100,000 secrets, which the KMS gives in one answer. */
    private static final int BODY_LIMIT = 128 * 1024 * 1024;
    /** How long a run waits for its turn: two windows of the KMS. After that it is better tried again later. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int TRIES = 4;
    /** What may stand in a header; java.net.http would name the value in its complaint. */
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]+");

    /**
     * @param readTimeout between request and end of the answer
     * @param bodyLimit bytes of an answer
     */
    record Limits(Duration readTimeout, int bodyLimit) {
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), BODY_LIMIT);
    }

    private final URI base;
    private final KmsPace pace;
    private final Clock clock;
    private final Pause pause;
    private final Limits limits;
    private final RestClient client;

    KmsHttp(URI base, Clock clock, Pause pause) {
        this(base, clock, pause, Limits.DEFAULT);
    }

    KmsHttp(URI base, Clock clock, Pause pause, Limits limits) {
        this.base = base;
        this.pace = new KmsPace(clock);
        this.clock = clock;
        this.pause = pause;
        this.limits = limits;
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(http);
        factory.setReadTimeout(limits.readTimeout());
        String version = KmsHttp.class.getPackage().getImplementationVersion();
        this.client = RestClient.builder()
                .requestFactory(factory)
                .defaultHeader(HttpHeaders.USER_AGENT, "kms-secret-sync/" + (version == null ? "dev" : version))
                .defaultHeader(HttpHeaders.ACCEPT, "application/json")
                .build();
    }

    URI base() {
        return base;
    }

    Clock clock() {
        return clock;
    }

    static boolean fitsHeader(String value) {
        return HEADER_VALUE.matcher(value).matches();
    }

    /**
     * Waits for its turn, and again where the KMS answers 429.
     *
     * @param token null for none
     * @throws KmsException RATE_LIMITED, with the time to wait, when patience ends; UNAVAILABLE; PROTOCOL
     */
    KmsReply sendPatiently(KmsRequest request, SecretText token) {
        Duration waited = Duration.ZERO;
        for (int tries = 0; ; ) {
            Duration wait = pace.reserve(request.quota());
            if (wait.isZero()) {
                KmsReply reply = exchange(request, token);
                if (reply.status() != 429) {
                    return reply;
                }
                wait = reply.retryAfter();
                tries++;
            }
            waited = waited.plus(wait);
            if (tries >= TRIES || waited.compareTo(PATIENCE) > 0) {
                throw rateLimited(wait);
            }
            pause(wait);
        }
    }

    /**
     * One try, for a caller who is waiting; a 429 of the KMS is returned as it is.
     *
     * @throws KmsException RATE_LIMITED where the KMS said before that it takes no more; UNAVAILABLE; PROTOCOL
     */
    KmsReply sendOnce(KmsRequest request, SecretText token) {
        Duration wait = pace.reserve(request.quota());
        if (!wait.isZero()) {
            throw rateLimited(wait);
        }
        return exchange(request, token);
    }

    private KmsReply exchange(KmsRequest request, SecretText token) {
        KmsReply reply = null;
        try {
            reply = transfer(request, token);
        } finally {
            pace.answered(request.quota(), reply);
        }
        if (reply.status() >= 300 && reply.status() < 400 && reply.status() != 304) {
            throw new KmsException(
                    SourceFailure.PROTOCOL,
                    "The KMS answered " + request + " with a redirect (" + reply.status()
                            + "), which is not followed.");
        }
        return reply;
    }

    private KmsReply transfer(KmsRequest request, SecretText token) {
        if (Hosts.resolvesToForbidden(base.getHost())) {
            throw new KmsException(
                    SourceFailure.PROTOCOL,
                    "The host of KMS_BASE_URL stands for a link-local or cloud metadata address, which is not called.");
        }
        try {
            RestClient.RequestBodySpec call = client.method(request.method()).uri(request.uri(base));
            if (token != null) {
                call.header(HttpHeaders.AUTHORIZATION, "Bearer " + token.reveal());
            }
            if (request.etag() != null) {
                call.header(HttpHeaders.IF_NONE_MATCH, request.etag());
            }
            if (request.body() != null) {
                call.header(HttpHeaders.CONTENT_TYPE, request.contentType()).body(request.body());
            }
            return call.exchange(
                    (sent, answer) -> {
                        // Closed here and not by RestClient, which would first read an endless answer to its end.
                        try (InputStream body = answer.getBody()) {
                            int status = answer.getStatusCode().value();
                            return request.listing() && status == 200
                                    ? KmsReply.ofListing(answer.getHeaders(), new Bounded(request, body))
                                    : new KmsReply(status, answer.getHeaders(), read(request, body));
                        }
                    },
                    false);
        } catch (ResourceAccessException e) {
            throw new KmsException(
                    SourceFailure.UNAVAILABLE,
                    "The KMS did not answer " + request + " ("
                            + e.getMostSpecificCause().getClass().getSimpleName() + ").",
                    null,
                    e.getMostSpecificCause());
        }
    }

    private byte[] read(KmsRequest request, InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(limits.bodyLimit() + 1);
        if (bytes.length > limits.bodyLimit()) {
            throw tooLarge(request);
        }
        return bytes;
    }

    private KmsException tooLarge(KmsRequest request) {
        return new KmsException(
                SourceFailure.PROTOCOL,
                "The KMS answered " + request + " with more than " + limits.bodyLimit() + " bytes.");
    }

    /** An answer that fails where it becomes larger than it may be. */
    private final class Bounded extends FilterInputStream {
        private final KmsRequest request;
        private long read;

        private Bounded(KmsRequest request, InputStream body) {
            super(body);
            this.request = request;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int got = super.read(bytes, from, length);
            count(Math.max(0, got));
            return got;
        }

        private void count(int more) {
            read += more;
            if (read > limits.bodyLimit()) {
                throw tooLarge(request);
            }
        }
    }

    private void pause(Duration wait) {
        try {
            pause.of(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KmsException(SourceFailure.UNAVAILABLE, "Interrupted while waiting for the KMS.", null, e);
        }
    }

    static KmsException rateLimited(Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return new KmsException(
                SourceFailure.RATE_LIMITED,
                "Rate limit of the KMS exceeded. Please try again in " + seconds + " seconds",
                Duration.ofSeconds(seconds),
                null);
    }
}
