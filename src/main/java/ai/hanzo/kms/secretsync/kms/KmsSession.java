package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.sync.SecretText;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.http.HttpMethod;

/**
 * This service at the KMS: logs in by universal auth, at most one login at a time, again at 80 % of the token's life, and
 * once when a token is refused. It never locks its own identity: the KMS does that after three failures within 30 seconds
 * (specification 1.1), so a refused login is not repeated for a minute and, from the second on, for five.
 */
final class KmsSession implements KmsAccess {
    private static final Logger LOG = System.getLogger(KmsSession.class.getName());
    private static final Duration AFTER_FIRST_REFUSAL = Duration.ofSeconds(60);
    private static final Duration AFTER_SECOND_REFUSAL = Duration.ofMinutes(5);
    private static final double RENEW_AT = 0.8;
    private static final String LOGIN = "/api/v1/auth/universal-auth/login";

    private final KmsHttp http;
    private final String clientId;
    private final SecretText clientSecret;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Token current;
    /** Credential failures in a row; guarded by the lock, as are the next two. */
    private int refusals;

    private Instant closedUntil = Instant.MIN;
    private String lastRefusal;

    KmsSession(KmsHttp http, KmsProperties properties) {
        this.http = http;
        this.clientId = properties.clientId();
        this.clientSecret = properties.clientSecret();
    }

    /** The identity, for what depends on who asked: an ETag is one identity's. */
    String identity() {
        return clientId;
    }

    /** @throws KmsException CREDENTIALS, RATE_LIMITED, UNAVAILABLE or PROTOCOL */
    @Override
    public KmsReply send(KmsRequest request) {
        SecretText token = token();
        KmsReply reply = http.sendPatiently(request, token);
        if (!reply.tokenRefused()) {
            return reply;
        }
        reply = http.sendPatiently(request, another(token));
        if (reply.tokenRefused()) {
            throw refusedAfterLogin(reply);
        }
        return reply;
    }

    private SecretText token() {
        Token token = current;
        if (token != null && now().isBefore(token.renewAt())) {
            return token.value();
        }
        lock.lock();
        try {
            token = current;
            if (token != null && now().isBefore(token.renewAt())) {
                return token.value();
            }
            try {
                current = login();
            } catch (KmsException e) {
                if (token == null || !now().isBefore(token.expiresAt())) {
                    throw e;
                }
                LOG.log(
                        Level.WARNING,
                        "The KMS token could not be renewed, the present one is still valid: {0}",
                        e.getMessage());
                current = new Token(token.value(), now().plus(AFTER_FIRST_REFUSAL), token.expiresAt());
            }
            return current.value();
        } finally {
            lock.unlock();
        }
    }

    /** A token other than the refused one: somebody else's new login, or one of our own. */
    private SecretText another(SecretText refused) {
        lock.lock();
        try {
            if (current == null || current.value().equals(refused)) {
                current = null;
                current = login();
            }
            return current.value();
        } finally {
            lock.unlock();
        }
    }

    private Token login() {
        if (now().isBefore(closedUntil)) {
            throw refused(Duration.between(now(), closedUntil));
        }
        KmsReply reply = http.sendPatiently(KmsRequest.json(Quota.LOGIN, HttpMethod.POST, LOGIN, credentials()), null);
        if (reply.ok()) {
            Token token = token(reply.object());
            refusals = 0;
            return token;
        }
        if (reply.status() >= 500) {
            throw new KmsException(SourceFailure.UNAVAILABLE, "The KMS failed at the login (" + reply.status() + ").");
        }
        if (reply.routeMissing() || reply.status() < 400) {
            throw new KmsException(
                    SourceFailure.PROTOCOL, "There is no KMS login at KMS_BASE_URL (" + reply.status() + ").");
        }
        refusals++;
        boolean locked = reply.message().contains("locked");
        lastRefusal = reply.message().isEmpty() || reply.message().contains(clientSecret.reveal())
                ? "status " + reply.status()
                : reply.message();
        Duration wait = refusals >= 2 || locked ? AFTER_SECOND_REFUSAL : AFTER_FIRST_REFUSAL;
        closedUntil = now().plus(wait);
        throw refused(wait);
    }

    private byte[] credentials() {
        try {
            return KmsReply.JSON.writeValueAsBytes(KmsReply.JSON
                    .createObjectNode()
                    .put("clientId", clientId)
                    .put("clientSecret", clientSecret.reveal().trim()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Two strings are always JSON");
        }
    }

    private Token token(JsonNode answer) {
        String value = answer.path("accessToken").asText("");
        if (!KmsHttp.fitsHeader(value)) {
            throw new KmsException(SourceFailure.PROTOCOL, "The KMS's login gave no usable token.");
        }
        long seconds = answer.path("expiresIn").asLong(0);
        if (seconds <= 0) {
            return new Token(SecretText.of(value), Instant.MAX, Instant.MAX);
        }
        Instant now = now();
        return new Token(
                SecretText.of(value), now.plusMillis((long) (seconds * 1000 * RENEW_AT)), now.plusSeconds(seconds));
    }

    private KmsException refusedAfterLogin(KmsReply reply) {
        lock.lock();
        try {
            // The credentials are right, so the identity cannot be locked; but do not log in for every request either.
            current = null;
            lastRefusal = "the token of a new login was refused: " + reply.message();
            closedUntil = now().plus(AFTER_FIRST_REFUSAL);
            return refused(AFTER_FIRST_REFUSAL);
        } finally {
            lock.unlock();
        }
    }

    private KmsException refused(Duration wait) {
        return new KmsException(
                SourceFailure.CREDENTIALS,
                "The KMS refused this service's identity (" + lastRefusal + "). Not asking again for "
                        + wait.plusMillis(999).toSeconds() + " seconds, so that the identity is not locked.",
                wait,
                null);
    }

    private Instant now() {
        return http.clock().instant();
    }

    /** @param renewAt when to log in again although the token still works */
    private record Token(SecretText value, Instant renewAt, Instant expiresAt) {}
}
