package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.SecretText;

/** The credentials of an AWS app connection, as a caller gives them. */
public sealed interface AwsCredentials {
    /** The long-lived key of an IAM user. */
    record AccessKey(String accessKeyId, SecretText secretAccessKey) implements AwsCredentials {
        @Override
        public ConnectionMethod method() {
            return ConnectionMethod.ACCESS_KEY;
        }
    }

    /**
     * A role to be assumed.
     *
     * @param stsEndpoint null for the usual one; otherwise an endpoint of AWS in a region that AWS has
     */
    record AssumeRole(String roleArn, String stsEndpoint) implements AwsCredentials {
        @Override
        public ConnectionMethod method() {
            return ConnectionMethod.ASSUME_ROLE;
        }
    }

    ConnectionMethod method();
}
