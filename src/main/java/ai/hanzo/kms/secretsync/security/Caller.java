package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Whoever called the API: a bearer token of the KMS, which the KMS has not been asked about yet.
 *
 * @param tokenHash SHA-256 of the token, to tell callers apart without keeping the token
 */
record Caller(SecretText token, String tokenHash) implements AuthenticatedPrincipal {
    /** See {@link KmsSubject}. */
    @Override
    public String getName() {
        return KmsSubject.of(token, tokenHash);
    }

    static Caller of(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return new Caller(SecretText.of(token), HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }

    /**
     * The caller of the request that this thread works on.
     *
     * @throws Rejection 401 where there is none
     */
    static Caller current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new Rejection(Rejection.Kind.UNAUTHENTICATED, "Token missing");
    }
}
