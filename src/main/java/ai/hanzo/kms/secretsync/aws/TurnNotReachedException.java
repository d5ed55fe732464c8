package ai.hanzo.kms.secretsync.aws;

import software.amazon.awssdk.core.exception.SdkClientException;

/** A call was not made, because at the present pace it was not its turn for too long. */
final class TurnNotReachedException extends SdkClientException {
    private static final long serialVersionUID = 1L;

    TurnNotReachedException() {
        super(SdkClientException.builder().message("no turn in time"));
    }
}
