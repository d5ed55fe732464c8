package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;

/** Who this service is when it talks to AWS through a connection. */
public sealed interface AwsIdentity {

    /** An access key of an IAM user. */
    record AccessKey(String accessKeyId, SecretText secretAccessKey) implements AwsIdentity {
        public AccessKey {
            Objects.requireNonNull(accessKeyId);
            Objects.requireNonNull(secretAccessKey);
        }
    }

    /**
     * A role that this service assumes with credentials of its own, which come from the AWS SDK's default chain (environment,
     * profile, container, instance, web identity).
     *
     * @param externalId always sent; the role's trust policy should demand it
     * @param stsEndpoint where to ask for the role instead of the STS endpoint of the region, or null
     * @param sessionName what CloudTrail shows, 2 to 64 characters: see {@link #sessionName(UUID)}
     */
    record AssumedRole(String roleArn, String externalId, URI stsEndpoint, String sessionName) implements AwsIdentity {
        public AssumedRole {
            Objects.requireNonNull(roleArn);
            Objects.requireNonNull(externalId);
            Objects.requireNonNull(sessionName);
        }

        /** The session name of a connection, by which its calls are found in CloudTrail. */
        public static String sessionName(UUID connectionId) {
            return "hanzo-kms-sync-" + connectionId;
        }
    }
}
