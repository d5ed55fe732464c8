package ai.hanzo.kms.secretsync.aws;

/**
 * What went wrong at AWS, told to an operator. Holds no value and no credential.
 *
 * @param failureClass what kind of failure it is
 * @param code AWS's error code, or one of {@link AwsErrors}' own where AWS gave none
 * @param message what happened, one sentence
 * @param remedy what to do about it, one or two sentences
 */
public record AwsFailure(FailureClass failureClass, String code, String message, String remedy) {

    /** Message, code and remedy in one line. */
    public String text() {
        return message + " (" + code + "). " + remedy;
    }
}
