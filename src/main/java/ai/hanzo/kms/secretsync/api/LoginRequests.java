package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Found.validated;

import com.fasterxml.jackson.databind.JsonNode;
import org.springframework.stereotype.Component;

/** Looks at a login before it goes to the KMS, which takes what is no JSON object for a failure of its own. */
@Component("loginRequests")
public class LoginRequests {
    private final ApiJson json;

    LoginRequests(ApiJson json) {
        this.json = json;
    }

    /**
     * The login, written anew: what goes to the KMS is what was read here.
     *
     * @throws ValidationException where the body is no object
     * @throws RefusedRequest where it is no JSON
     */
    public byte[] read(byte[] body) {
        JsonNode login = json.read(body);
        return validated(login, found -> found.object(object -> json.write(login)));
    }
}
