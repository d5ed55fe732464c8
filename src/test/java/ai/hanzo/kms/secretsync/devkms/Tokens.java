package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Universal-auth login, its lockout, and the JWTs it hands out. Guarded by the lock of {@link Vault}. */
final class Tokens {
    /** A token that was handed out and not revoked. */
    private record Issued(Identity identity, Instant createdAt) {}

    private static final String MALFORMED =
            "The provided access token is malformed. Please use a valid token or generate a new one and try again.";
    private static final Duration FAILURES_FORGOTTEN_AFTER = Duration.ofSeconds(30);
    private static final Duration LOCKED_FOR = Duration.ofSeconds(300);
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KmsClock clock;
    private final Vault vault;
    private final byte[] signingKey = new byte[32];
    private final Map<String, Identity> byClientId = new HashMap<>();
    private final Map<String, Issued> issued = new HashMap<>();
    private final Map<String, Deque<Instant>> failures = new HashMap<>();
    private final Map<String, Instant> lockedUntil = new HashMap<>();
    private Duration ttl = Duration.ofDays(30);
    private Duration maxTtl = Duration.ofDays(30);
    private int lockoutThreshold = 3;

    Tokens(KmsClock clock, Vault vault) {
        this.clock = clock;
        this.vault = vault;
        new SecureRandom().nextBytes(signingKey);
    }

    void add(Identity identity) {
        byClientId.put(identity.clientId(), identity);
    }

    /** @param newTtl zero for tokens that never expire */
    void lifetime(Duration newTtl, Duration newMaxTtl) {
        ttl = newTtl;
        maxTtl = newMaxTtl;
    }

    /** @param newThreshold failures that lock; 0 for no lockout */
    void lockoutThreshold(int newThreshold) {
        lockoutThreshold = newThreshold;
        failures.clear();
        lockedUntil.clear();
    }

    /** @throws KmsError 401 or, for an unknown organisation, 404 */
    ObjectNode login(Body body) {
        String clientId = Normal.trim(body.required("clientId"));
        String clientSecret = Normal.trim(body.required("clientSecret"));
        Identity identity = byClientId.get(clientId);
        if (identity == null) {
            throw KmsError.unauthorized("Invalid credentials");
        }
        Instant now = clock.now();
        if (lockedUntil.getOrDefault(clientId, Instant.MIN).isAfter(now)) {
            throw KmsError.unauthorized("This identity auth method is temporarily locked, please try again later");
        }
        if (!same(clientSecret, identity.clientSecret())) {
            failed(clientId, now);
            throw KmsError.unauthorized("Invalid credentials");
        }
        failures.remove(clientId);
        checkOrganization(identity, body.text("subOrganizationName", body.text("organizationSlug", "")));
        return answer(issue(identity));
    }

    private void failed(String clientId, Instant now) {
        Deque<Instant> recent = failures.computeIfAbsent(clientId, any -> new ArrayDeque<>());
        if (!recent.isEmpty() && recent.getLast().plus(FAILURES_FORGOTTEN_AFTER).isBefore(now)) {
            recent.clear();
        }
        recent.add(now);
        if (lockoutThreshold > 0 && recent.size() >= lockoutThreshold) {
            lockedUntil.put(clientId, now.plus(LOCKED_FOR));
            failures.remove(clientId);
        }
    }

    private void checkOrganization(Identity identity, String name) {
        if (name.isEmpty()) {
            return;
        }
        Organization organization = vault.organization(name)
                .orElseThrow(() -> KmsError.notFound("Sub organization " + name + " not found"));
        boolean belongs = vault.visibleTo(identity).stream()
                .anyMatch(space -> space.project().orgId().equals(organization.id()));
        if (!belongs) {
            throw KmsError.unauthorized("Identity not authorized to access sub organization " + name);
        }
    }

    /** A new token for an identity, as if it had logged in. */
    String issue(Identity identity) {
        String id = UUID.randomUUID().toString();
        issued.put(id, new Issued(identity, clock.now()));
        return jwt(id, identity);
    }

    /** @throws KmsError 401 past the maximal lifetime, which also ends the token; 403 if it is expired or malformed */
    ObjectNode renew(Body body) {
        String id = verified(body.required("accessToken"));
        Issued token = required(id);
        if (!maxTtl.isZero()) {
            Instant end = token.createdAt().plus(maxTtl);
            if (clock.now().isAfter(end)) {
                issued.remove(id);
                throw KmsError.unauthorized("Failed to renew MI access token due to Max TTL expiration");
            }
            if (clock.now().plus(ttl).isAfter(end)) {
                issued.remove(id);
                throw KmsError.unauthorized("Failed to renew MI access token past its Max TTL expiration");
            }
        }
        return answer(jwt(id, token.identity()));
    }

    ObjectNode revoke(Body body) {
        issued.remove(verified(body.required("accessToken")));
        return KmsRequest.JSON.createObjectNode().put("message", "Successfully revoked access token");
    }

    /** Ends every token of an identity. */
    void revokeAll(Identity identity) {
        issued.values().removeIf(token -> token.identity().equals(identity));
    }

    /** @throws KmsError 400, 401 or 403, as the KMS tells missing, unknown, expired and malformed tokens apart */
    Identity authenticate(KmsRequest request) {
        if (request.header("x-api-key").isPresent()) {
            throw KmsError.badRequest("API keys are no longer supported");
        }
        String header = request.header("Authorization").orElse("");
        if (header.isBlank()) {
            throw KmsError.unauthorized("Token missing");
        }
        String token = header.substring(Math.min(header.length(), "Bearer ".length()));
        return required(verified(token)).identity();
    }

    private Issued required(String id) {
        Issued token = issued.get(id);
        if (token == null) {
            throw KmsError.unauthorized("You are not allowed to access this resource");
        }
        return token;
    }

    private ObjectNode answer(String jwt) {
        return KmsRequest.JSON
                .createObjectNode()
                .put("accessToken", jwt)
                .put("expiresIn", ttl.toSeconds())
                .put("accessTokenMaxTTL", maxTtl.toSeconds())
                .put("tokenType", "Bearer");
    }

    private String jwt(String id, Identity identity) {
        long now = clock.now().getEpochSecond();
        ObjectNode claims = KmsRequest.JSON
                .createObjectNode()
                .put("identityId", identity.id())
                .put("identityAccessTokenId", id)
                .put("authTokenType", "identityAccessToken")
                .put("iat", now);
        if (!ttl.isZero()) {
            claims.put("exp", now + ttl.toSeconds());
        }
        String unsigned = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(claims.toString());
        return unsigned + "." + signature(unsigned);
    }

    /** The id within a token whose signature and expiry are in order. */
    private String verified(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length != 3) {
            throw KmsError.token(MALFORMED);
        }
        if (!decoded(parts[0]).path("alg").asText().equals("HS256")) {
            throw KmsError.token("The access token is signed with an invalid algorithm. Please provide a valid token.");
        }
        if (!same(signature(parts[0] + "." + parts[1]), parts[2])) {
            throw KmsError.token(MALFORMED);
        }
        JsonNode claims = decoded(parts[1]);
        if (claims.has("exp")
                && clock.now().getEpochSecond() >= claims.get("exp").asLong()) {
            throw KmsError.token("Your token has expired. Please re-authenticate.");
        }
        return claims.path("identityAccessTokenId").asText();
    }

    private static String encoded(String json) {
        return ENCODER.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode decoded(String part) {
        try {
            return KmsRequest.JSON.readTree(Base64.getUrlDecoder().decode(part));
        } catch (JsonProcessingException | IllegalArgumentException malformed) {
            throw KmsError.token(MALFORMED);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private String signature(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(signingKey, "HmacSHA256"));
            return ENCODER.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
