package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Rejection;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/**
 * Asks AWS who an identity is, with {@code sts:GetCallerIdentity}: needs no permission, so it tells whether credentials are good
 * before they are stored.
 */
@Component
public class CallerIdentity {
    private static final String UNABLE = "Unable to validate connection: ";

    private final AwsSdk sdk;
    private final AwsErrors errors;

    CallerIdentity(AwsSdk sdk, AwsErrors errors) {
        this.sdk = sdk;
        this.errors = errors;
    }

    /**
     * Who an identity is.
     *
     * @param accountId 12 digits
     * @param arn of the user, or of the session of the assumed role
     */
    public record Caller(String accountId, String arn) {}

    /**
     * @return the AWS account id, 12 digits
     * @throws Rejection as {@link #identify} does
     */
    public String accountId(AwsIdentity identity) {
        return identify(identity).accountId();
    }

    /**
     * @throws Rejection ({@code BAD_REQUEST}) if AWS does not accept the identity or cannot be reached. The words by which the
     *     Terraform provider recognises a permission that has not spread yet, and tries again, are in it only where it may be one.
     */
    public Caller identify(AwsIdentity identity) {
        String region = region(identity);
        AwsCredentialsProvider credentials = sdk.credentials(identity, region);
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            AwsSdk.close(credentials);
            throw rejection(e, identity);
        }
        try (StsClient sts = sdk.client(StsClient.builder(), credentials, null, region)) {
            GetCallerIdentityResponse caller = sts.getCallerIdentity();
            if (caller.account() == null) {
                throw Rejection.badRequest(UNABLE
                        + "the endpoint did not answer as AWS STS does. Check AWS_ENDPOINT_URL_STS and the proxy.");
            }
            return new Caller(caller.account(), caller.arn());
        } catch (SdkException e) {
            throw rejection(e, identity);
        } finally {
            AwsSdk.close(credentials);
        }
    }

    /** AWS_REGION where it is set, because credentials of another partition (China, GovCloud) are unknown in us-east-1. */
    private static String region(AwsIdentity identity) {
        if (identity instanceof AwsIdentity.AssumedRole role) {
            var named = StsEndpoints.region(role.stsEndpoint());
            if (named.isPresent()) {
                return named.get();
            }
        }
        return SdkSystemSetting.AWS_REGION
                .getStringValue()
                .filter(set -> StsEndpoints.REGION.matcher(set).matches())
                .orElse("us-east-1");
    }

    private Rejection rejection(SdkException e, AwsIdentity identity) {
        AwsFailure failure = errors.classify(e);
        boolean role = identity instanceof AwsIdentity.AssumedRole;
        if (role && failure.code().equals("ValidationError")) {
            return Rejection.badRequest(
                    UNABLE + "AWS does not accept the role ARN. It has the form arn:aws:iam::123456789012:role/name.");
        }
        if (role && AwsErrors.refusesCredentials(failure.code())) {
            return Rejection.badRequest(UNABLE
                    + "AWS does not accept the credentials that this service itself was given to assume the role with ("
                    + failure.code() + "). Renew them.");
        }
        return Rejection.badRequest(UNABLE + failure.text());
    }
}
