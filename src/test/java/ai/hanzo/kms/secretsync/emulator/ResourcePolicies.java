package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Resource policies: kept, checked for their form and for being public, never evaluated. */
final class ResourcePolicies {
    private static final int MAX_LENGTH = 20_480;
    private static final String MALFORMED = "This resource policy contains invalid Json.";
    private static final String PUBLIC =
            "This resource policy grants broad access to your secret. Narrow the access to specific principals.";

    private final SecretsManagerOperations.Secrets secrets;

    ResourcePolicies(SecretsManagerOperations.Secrets secrets) {
        this.secrets = secrets;
    }

    ObjectNode get(Request request, Caller caller) {
        Secret secret = secrets.require(request.secretId(), caller);
        if (secret.isDeleted()) {
            throw AwsException.markedForDeletion();
        }
        ObjectNode answer = SecretsManagerOperations.named(secret);
        return secret.resourcePolicy() == null ? answer : answer.put("ResourcePolicy", secret.resourcePolicy());
    }

    ObjectNode put(Request request, Caller caller) {
        String policy = policy(request);
        JsonNode document = parsed(policy);
        if (request.flag("BlockPublicPolicy") && isPublic(document)) {
            throw new AwsException("PublicPolicyException", PUBLIC);
        }
        return SecretsManagerOperations.named(secrets.write(
                request.secretId(), caller, secret -> secret.with(draft -> draft.resourcePolicy = policy)));
    }

    ObjectNode delete(Request request, Caller caller) {
        return SecretsManagerOperations.named(
                secrets.write(request.secretId(), caller, secret -> secret.with(draft -> draft.resourcePolicy = null)));
    }

    ObjectNode validate(Request request, Caller caller) {
        String policy = policy(request);
        if (request.has("SecretId")) {
            secrets.require(request.secretId(), caller);
        }
        List<ObjectNode> errors = new ArrayList<>();
        if (isPublic(parsed(policy))) {
            errors.add(JsonNodeFactory.instance
                    .objectNode()
                    .put("CheckName", "ALLOW_ANY_PRINCIPAL")
                    .put("ErrorMessage", PUBLIC));
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("PolicyValidationPassed", errors.isEmpty());
        answer.putArray("ValidationErrors").addAll(errors);
        return answer;
    }

    private static String policy(Request request) {
        String policy = request.text("ResourcePolicy", 1, MAX_LENGTH);
        if (policy == null) {
            throw Request.missing("ResourcePolicy");
        }
        return policy;
    }

    private static JsonNode parsed(String policy) {
        try {
            JsonNode document = Json.MAPPER.readTree(policy);
            if (statements(document).isEmpty()) {
                throw malformed();
            }
            for (JsonNode statement : statements(document)) {
                boolean effect = List.of("Allow", "Deny")
                        .contains(statement.path("Effect").asText());
                boolean action = statement.has("Action") || statement.has("NotAction");
                boolean principal = statement.has("Principal") || statement.has("NotPrincipal");
                if (!effect || !action || !principal) {
                    throw malformed();
                }
            }
            return document;
        } catch (JsonProcessingException e) {
            throw malformed();
        }
    }

    private static List<JsonNode> statements(JsonNode document) {
        JsonNode statement = document.path("Statement");
        List<JsonNode> statements = new ArrayList<>();
        if (statement.isArray()) {
            statement.forEach(statements::add);
        } else if (statement.isObject()) {
            statements.add(statement);
        }
        return statements;
    }

    private static boolean isPublic(JsonNode document) {
        return statements(document).stream()
                .filter(statement -> statement.path("Effect").asText().equals("Allow") && !statement.has("Condition"))
                .map(statement -> statement.path("Principal"))
                .anyMatch(principal -> isEveryone(principal) || isEveryone(principal.path("AWS")));
    }

    private static boolean isEveryone(JsonNode principal) {
        if (principal.isArray()) {
            for (JsonNode each : principal) {
                if (isEveryone(each)) {
                    return true;
                }
            }
        }
        return principal.asText().equals("*");
    }

    private static AwsException malformed() {
        return new AwsException("MalformedPolicyDocumentException", MALFORMED);
    }
}
