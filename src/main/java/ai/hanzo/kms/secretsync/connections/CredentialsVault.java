package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Turns credentials into what is stored of them, and back. */
final class CredentialsVault {
    private static final ObjectMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Encryption encryption;
    private final DataKeys keys;

    CredentialsVault(Encryption encryption, DataKeys keys) {
        this.encryption = encryption;
        this.keys = keys;
    }

    byte[] encrypt(UUID connectionId, ConnectionCredentials credentials) {
        return encryption.encrypt(plaintext(credentials), StoredConnection.record(connectionId));
    }

    /** @throws UndecryptableException if the stored credentials cannot be read; the message names the remedies */
    ConnectionCredentials decrypt(StoredConnection row) {
        byte[] plaintext;
        try {
            plaintext = encryption.decrypt(row.credentials(), StoredConnection.record(row.id()));
        } catch (UndecryptableException e) {
            throw new UndecryptableException(
                    "The stored credentials of App Connection \"" + row.name() + "\" (" + row.id()
                            + ") cannot be decrypted: send them again with PATCH, or add the key that they were encrypted"
                            + " with to " + Encryption.PREVIOUS_KEYS_VARIABLE,
                    e);
        }
        try {
            return json.readValue(plaintext, Plaintext.class).credentials();
        } catch (IOException | NullPointerException e) {
            // Not as the cause: a parser's message may show what it read.
            throw new IllegalStateException("The credentials of App Connection " + row.id() + " are not understood");
        }
    }

    /** See {@link AppConnection#credentialsHash()}. Keyed, so that nobody else can try credentials against it. */
    String hash(UUID connectionId, ConnectionCredentials credentials) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.key(DataKeys.CREDENTIALS_HASH), "HmacSHA256"));
            mac.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(connectionId.getMostSignificantBits())
                    .putLong(connectionId.getLeastSignificantBits())
                    .array());
            return HexFormat.of().formatHex(mac.doFinal(plaintext(credentials)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is in every JDK", e);
        }
    }

    private static byte[] plaintext(ConnectionCredentials credentials) {
        try {
            return json.writeValueAsBytes(Plaintext.of(credentials));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Credentials cannot be written as JSON");
        }
    }

    /** What is encrypted. The order, and leaving out what is null, keep hashes stable when a field is added. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"accessKeyId", "secretAccessKey", "roleArn", "stsEndpoint"})
    private record Plaintext(String accessKeyId, String secretAccessKey, String roleArn, String stsEndpoint) {
        static Plaintext of(ConnectionCredentials credentials) {
            if (credentials instanceof ConnectionCredentials.AccessKey key) {
                return new Plaintext(key.accessKeyId(), key.secretAccessKey().reveal(), null, null);
            }
            ConnectionCredentials.AssumeRole role = (ConnectionCredentials.AssumeRole) credentials;
            return new Plaintext(null, null, role.roleArn(), role.stsEndpoint());
        }

        ConnectionCredentials credentials() {
            return roleArn == null
                    ? new ConnectionCredentials.AccessKey(accessKeyId, SecretText.of(secretAccessKey))
                    : new ConnectionCredentials.AssumeRole(roleArn, stsEndpoint);
        }

        @Override
        public String toString() {
            return "***";
        }
    }
}
