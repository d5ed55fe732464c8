package ai.hanzo.kms.secretsync.aws;

import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretResponse;

/**
 * What AWS answered to a request of {@link AwsRequests}.
 *
 * @param versionId the version made; null where no value was written
 */
public record Written(String arn, String versionId) {

    /**
     * @param response message body after the {@code aws-secrets-manager} endpoint
     * @throws IllegalArgumentException if it is not the answer to a request of {@link AwsRequests}
     */
    public static Written of(Object response) {
        if (response instanceof CreateSecretResponse created) {
            return new Written(created.arn(), created.versionId());
        }
        if (response instanceof UpdateSecretResponse updated) {
            return new Written(updated.arn(), updated.versionId());
        }
        if (response instanceof RestoreSecretResponse restored) {
            return new Written(restored.arn(), null);
        }
        if (response instanceof DeleteSecretResponse deleted) {
            return new Written(deleted.arn(), null);
        }
        throw new IllegalArgumentException("no answer to a write: "
                + (response == null ? null : response.getClass().getSimpleName()));
    }
}
