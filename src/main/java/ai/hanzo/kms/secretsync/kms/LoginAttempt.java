package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A login with something that can be guessed, as it is sent on: written anew from what was read, so that the KMS cannot read
 * another identity in it than was counted here.
 *
 * @param identity whose failures the KMS counts; empty where none is named, so that the KMS will refuse the form of it
 * @param credential what may be wrong
 * @param body JSON
 */
record LoginAttempt(Optional<String> identity, SecretText credential, byte[] body) {
    static final String UNIVERSAL_AUTH = "universal-auth";
    private static final String LDAP_AUTH = "ldap-auth";
    /** An id of the KMS; what else a KMS might trim or fold is none. */
    private static final String ID = "[\\x21-\\x7e]+";

    /** Whether failures of a login method lock an identity: those with a password, of whatever name. */
    static boolean counted(String method) {
        return method.equals(UNIVERSAL_AUTH) || method.equals(LDAP_AUTH);
    }

    /**
     * @throws Rejection BAD_REQUEST for what is no JSON object; UNAUTHENTICATED for an id that no identity can have
     */
    static LoginAttempt read(String method, byte[] body) {
        ObjectNode login = json(body);
        boolean universal = method.equals(UNIVERSAL_AUTH);
        String id = text(login, universal ? "clientId" : "identityId");
        String credential = text(login, universal ? "clientSecret" : "password");
        if (id.isEmpty()) {
            return new LoginAttempt(Optional.empty(), SecretText.of(credential), bytes(login));
        }
        if (!id.matches(ID)) {
            throw invalid();
        }
        String identity = id.toLowerCase(Locale.ROOT)
                + (universal ? "" : "\n" + text(login, "username").toLowerCase(Locale.ROOT));
        return new LoginAttempt(Optional.of(identity), SecretText.of(credential), bytes(login));
    }

    /** In the words of the KMS. */
    static Rejection invalid() {
        return new Rejection(Rejection.Kind.UNAUTHENTICATED, "Invalid credentials");
    }

    private static ObjectNode json(byte[] body) {
        try {
            if (KmsReply.JSON.readTree(body) instanceof ObjectNode login) {
                return login;
            }
        } catch (IOException e) {
            // Jackson's message quotes what it read, so neither it nor the exception goes any further.
        }
        throw Rejection.badRequest("The login is no JSON object.");
    }

    private static String text(ObjectNode login, String field) {
        JsonNode value = login.path(field);
        return value.isTextual() ? value.textValue().strip() : "";
    }

    private static byte[] bytes(ObjectNode login) {
        return login.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "LoginAttempt[***]";
    }
}
