package ai.hanzo.kms.secretsync.connections;

/** The service cannot start with the master key that it was given. The message is one line: what is wrong and how to mend it. */
public final class EncryptionKeyException extends IllegalStateException {
    EncryptionKeyException(String message) {
        super(message);
    }

    EncryptionKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
