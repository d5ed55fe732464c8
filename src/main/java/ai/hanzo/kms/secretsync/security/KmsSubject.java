package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Whom a token of the KMS stands for. It is read without being verified, which is the business of the KMS: a name counts for
 * something once the KMS has accepted the token.
 */
final class KmsSubject {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._@-]{1,100}");
    private static final int HASH_SHOWN = 16;

    private KmsSubject() {}

    /**
     * @param tokenHash tells tokens apart that do not say whose they are
     * @return {@code identity:<id>}, {@code user:<id>}, or {@code token:} and the beginning of the hash
     */
    static String of(SecretText token, String tokenHash) {
        JsonNode claims = claims(token);
        String identity = claims.path("identityId").asText("");
        if (ID.matcher(identity).matches()) {
            return "identity:" + identity;
        }
        String user = claims.path("userId").asText("");
        return ID.matcher(user).matches() ? "user:" + user : "token:" + tokenHash.substring(0, HASH_SHOWN);
    }

    private static JsonNode claims(SecretText token) {
        String[] parts = token.reveal().split("\\.", -1);
        if (parts.length != 3) {
            return JSON.missingNode();
        }
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        } catch (IOException | IllegalArgumentException e) {
            return JSON.missingNode();
        }
    }
}
