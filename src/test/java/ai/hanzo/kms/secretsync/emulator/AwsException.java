package ai.hanzo.kms.secretsync.emulator;

/** An error as AWS names it. The protocols turn it into JSON (Secrets Manager, KMS) or XML (STS). */
final class AwsException extends RuntimeException {
    private final String code;
    private final int status;

    AwsException(int status, String code, String message) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
    }

    AwsException(String code, String message) {
        this(400, code, message);
    }

    String code() {
        return code;
    }

    /** The HTTP status of the answer. */
    int status() {
        return status;
    }

    static AwsException invalidParameter(String message) {
        return new AwsException("InvalidParameterException", message);
    }

    static AwsException invalidRequest(String message) {
        return new AwsException("InvalidRequestException", message);
    }

    /** A constraint of the service model is violated: the front end refuses before the service sees the call. */
    static AwsException validation(String message) {
        return new AwsException("ValidationException", message);
    }

    static AwsException secretNotFound() {
        return new AwsException("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }

    static AwsException valueNotFound(String what) {
        return new AwsException(
                "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for " + what);
    }

    static AwsException secretExists(String name) {
        return new AwsException(
                "ResourceExistsException", "The operation failed because the secret " + name + " already exists.");
    }

    static AwsException markedForDeletion() {
        return invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
    }
}
