package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/** An answer that is not a success, in the vocabulary of the KMS's error envelope. */
final class KmsError extends RuntimeException {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final int status;
    private final String error;
    private final JsonNode explanation;
    private final JsonNode details;

    private KmsError(int status, String error, JsonNode explanation, JsonNode details) {
        super(status + " " + error);
        this.status = status;
        this.error = error;
        this.explanation = explanation;
        this.details = details;
    }

    static KmsError of(int status, String error, String message) {
        return new KmsError(status, error, TextNode.valueOf(message), null);
    }

    static KmsError badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    static KmsError unauthorized(String message) {
        return of(401, "UnauthorizedError", message);
    }

    static KmsError token(String message) {
        return of(403, "TokenError", message);
    }

    static KmsError forbidden(String error, String message) {
        return of(403, error, message);
    }

    static KmsError notFound(String message) {
        return of(404, "NotFound", message);
    }

    /** What upstream answers to anything it did not foresee, malformed and oversized bodies included. */
    static KmsError internal() {
        return of(500, "InternalServerError", "Something went wrong");
    }

    static KmsError folderMissing(String error, Address address) {
        return of(
                404,
                error,
                "Folder with path '" + address.path() + "' in environment with slug '" + address.environment()
                        + "' not found");
    }

    /** 403 with one reason per reference that could not be expanded. */
    static KmsError unexpanded(List<String> reasons) {
        ArrayNode details = JSON.arrayNode();
        reasons.forEach(details::add);
        return new KmsError(
                403, "ForbiddenError", TextNode.valueOf("Failed to expand one or more secret references"), details);
    }

    static KmsError denied(Right right, Folder folder) {
        ObjectNode detail = JSON.objectNode();
        detail.put("action", right.action()).put("inverted", false).put("subject", "secrets");
        detail.putArray("conditions")
                .addObject()
                .put("environment", folder.environment().slug())
                .put("secretPath", folder.path());
        return new KmsError(
                403,
                "PermissionDenied",
                TextNode.valueOf("You are not allowed to " + right.action() + " on secrets"),
                JSON.arrayNode().add(detail));
    }

    /** 422 with one issue. */
    static KmsError invalid(List<String> path, String message) {
        return invalid("custom", path, message);
    }

    static KmsError invalid(String code, List<String> path, String message) {
        ObjectNode issue = JSON.objectNode().put("code", code);
        ArrayNode at = issue.putArray("path");
        path.forEach(at::add);
        issue.put("message", message);
        return new KmsError(422, "ValidationFailure", JSON.arrayNode().add(issue), null);
    }

    int status() {
        return status;
    }

    ObjectNode body(String requestId) {
        ObjectNode body = JSON.objectNode();
        body.put("reqId", requestId).put("statusCode", status);
        body.set("message", explanation);
        body.put("error", error);
        if (details != null) {
            body.set("details", details);
        }
        return body;
    }
}
