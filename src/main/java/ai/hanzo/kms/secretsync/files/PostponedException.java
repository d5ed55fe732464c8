package ai.hanzo.kms.secretsync.files;

/** Whether what the files say can be done cannot be found out now; later it can. Nothing of it was done. */
public final class PostponedException extends RuntimeException {
    /**
     * @param reason what has to pass first
     */
    public PostponedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
