package ai.hanzo.kms.secretsync.api;

/** A request that is refused before its content is looked at. */
public final class RefusedRequest extends RuntimeException {
    private final int status;
    private final String error;

    private RefusedRequest(int status, String error, String message) {
        super(message);
        this.status = status;
        this.error = error;
    }

    /** @param why cause and place; what stands there is not told, for it may be a secret */
    static RefusedRequest malformedBody(String why) {
        return new RefusedRequest(400, "BadRequest", "The request body is not valid JSON: " + why);
    }

    /** The body never came, or not in the encoding that HTTP has for it. */
    static RefusedRequest unreadable() {
        return new RefusedRequest(400, "BadRequest", "The request body could not be read to its end");
    }

    static RefusedRequest tooLarge(int limit) {
        return new RefusedRequest(
                413,
                "PayloadTooLarge",
                "The request body is larger than " + limit + " bytes, the most that is accepted");
    }

    static RefusedRequest notJson() {
        return new RefusedRequest(
                415,
                "UnsupportedMediaType",
                "The request body must be JSON: send it with Content-Type: application/json and without Content-Encoding");
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }
}
