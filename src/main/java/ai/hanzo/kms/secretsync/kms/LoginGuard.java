package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps failed logins that pass through here from locking an identity. The KMS locks one after three failures with less than 30
 * seconds between them (specification 1.1), so one failure a minute is passed on, and the next tries are told to wait; two
 * instances of this service together then stay below three. Credentials that were right before are passed on in any case.
 *
 * <p>This service's own credentials are known here: wrong ones for its identity never reach the KMS.
 */
final class LoginGuard {
    static final Duration CLOSED = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int IDENTITIES = 100_000;
    private static final Duration REMEMBERED = Duration.ofHours(12);
    private static final String MAC = "HmacSHA256";

    private final Clock clock;
    private final String ownId;
    private final byte[] ownSecret;
    private final SecretKeySpec key;
    private final Cache<String, Logins> identities = Caffeine.newBuilder()
            .maximumSize(IDENTITIES)
            .expireAfterAccess(REMEMBERED)
            .build();

    LoginGuard(Clock clock, KmsProperties own) {
        this.clock = clock;
        this.ownId = own.clientId().toLowerCase(Locale.ROOT);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, MAC);
        this.ownSecret = fingerprint(own.clientSecret());
    }

    /** What happened to the logins of one identity; guarded by its lock, so that one is under way at a time. */
    private static final class Logins {
        private final ReentrantLock lock = new ReentrantLock();
        private Instant closedUntil = Instant.MIN;
        /** Fingerprint of the credential that was right last; null where none was. */
        private byte[] right;
    }

    /**
     * @param relay asks the KMS
     * @throws Rejection UNAUTHENTICATED, RATE_LIMITED; and what {@code relay} throws
     */
    LoginReply login(LoginAttempt attempt, Supplier<LoginReply> relay) {
        if (attempt.identity().isEmpty()) {
            return relay.get();
        }
        byte[] given = fingerprint(attempt.credential());
        if (attempt.identity().get().equals(ownId) && !MessageDigest.isEqual(given, ownSecret)) {
            throw LoginAttempt.invalid();
        }
        Logins logins = identities.get(attempt.identity().get(), any -> new Logins());
        await(logins.lock);
        try {
            boolean rightBefore = logins.right != null && MessageDigest.isEqual(given, logins.right);
            Duration closed = Duration.between(clock.instant(), logins.closedUntil);
            if (!rightBefore && closed.compareTo(Duration.ZERO) > 0) {
                throw Rejection.rateLimited(closed);
            }
            return counted(logins, given, relay);
        } finally {
            logins.lock.unlock();
        }
    }

    private LoginReply counted(Logins logins, byte[] given, Supplier<LoginReply> relay) {
        LoginReply reply;
        try {
            reply = relay.get();
        } catch (KmsException e) {
            // The KMS may have counted what it did not answer any more.
            if (e.failure() == SourceFailure.UNAVAILABLE && !(e.getCause() instanceof ConnectException)) {
                failed(logins, given);
            }
            throw e;
        }
        if (reply.status() == 200) {
            logins.right = given;
        } else if (reply.status() == 401) {
            failed(logins, given);
        }
        return reply;
    }

    private void failed(Logins logins, byte[] given) {
        logins.closedUntil = clock.instant().plus(CLOSED);
        if (logins.right != null && MessageDigest.isEqual(given, logins.right)) {
            logins.right = null;
        }
    }

    private static void await(ReentrantLock lock) {
        try {
            if (!lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Rejection.rateLimited(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Rejection.rateLimited(Duration.ofSeconds(1));
        }
    }

    private byte[] fingerprint(SecretText secret) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(secret.reveal().strip().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is in every JDK", e);
        }
    }
}
