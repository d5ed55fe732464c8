package ai.hanzo.kms.secretsync.connections;

/** Something stored cannot be decrypted: it was encrypted with a key that is not given, was changed, or belongs elsewhere. */
public final class UndecryptableException extends IllegalStateException {
    UndecryptableException(String message, Throwable cause) {
        super(message, cause);
    }
}
