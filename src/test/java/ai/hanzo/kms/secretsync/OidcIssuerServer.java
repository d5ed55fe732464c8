package ai.hanzo.kms.secretsync;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An OIDC issuer: its discovery document, its keys, and tokens signed with them. */
public final class OidcIssuerServer implements AutoCloseable {
    public static final String AUDIENCE = "kms-secret-sync";

    final RSAKey key = newKey("one");
    public final AtomicInteger asked = new AtomicInteger();
    private final HttpServer server;
    /** Where the discovery document says that the keys are. */
    public volatile String keysAt;
    /** Where the keys are moved to; null where they are there. */
    public volatile String redirect;

    public OidcIssuerServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keysAt = uri() + "/keys";
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(
                        exchange,
                        "{\"issuer\":\"" + uri() + "\",\"jwks_uri\":\"" + keysAt
                                + "\",\"subject_types_supported\":[\"public\"]}"));
        server.createContext("/keys", exchange -> {
            if (redirect != null) {
                exchange.getResponseHeaders().set("Location", redirect);
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
                return;
            }
            answer(exchange, new JWKSet(key.toPublicJWK()).toString());
        });
        server.createContext("/moved", exchange -> answer(exchange, new JWKSet(key.toPublicJWK()).toString()));
        server.start();
    }

    static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
        asked.incrementAndGet();
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A good token, of somebody without a role or project, with changes. */
    public String token(UnaryOperator<JWTClaimsSet.Builder> changes) {
        return signed(key, JOSEObjectType.JWT, changes);
    }

    String signed(RSAKey with, JOSEObjectType type, UnaryOperator<JWTClaimsSet.Builder> changes) {
        JWTClaimsSet claims = changes.apply(good()).build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(with.getKeyID())
                        .type(type)
                        .build(),
                claims);
        try {
            token.sign(new RSASSASigner(with));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    JWTClaimsSet.Builder good() {
        return new JWTClaimsSet.Builder()
                .issuer(uri().toString())
                .subject("somebody")
                .audience(AUDIENCE)
                .issueTime(Date.from(Instant.now().minusSeconds(10)))
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
