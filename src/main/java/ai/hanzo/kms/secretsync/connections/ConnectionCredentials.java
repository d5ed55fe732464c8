package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.Objects;

/** What a connection signs in to AWS with. The text forms name the kind and show nothing else. */
public sealed interface ConnectionCredentials {
    ConnectionMethod method();

    /** The long-lived key of an IAM user. */
    record AccessKey(String accessKeyId, SecretText secretAccessKey) implements ConnectionCredentials {
        public AccessKey {
            Objects.requireNonNull(accessKeyId, "accessKeyId");
            Objects.requireNonNull(secretAccessKey, "secretAccessKey");
        }

        @Override
        public ConnectionMethod method() {
            return ConnectionMethod.ACCESS_KEY;
        }

        @Override
        public String toString() {
            return "AccessKey[***]";
        }
    }

    /**
     * A role that the service assumes.
     *
     * @param stsEndpoint https URL of the STS to ask, or null for the default
     */
    record AssumeRole(String roleArn, String stsEndpoint) implements ConnectionCredentials {
        public AssumeRole {
            Objects.requireNonNull(roleArn, "roleArn");
        }

        @Override
        public ConnectionMethod method() {
            return ConnectionMethod.ASSUME_ROLE;
        }

        @Override
        public String toString() {
            return "AssumeRole[***]";
        }
    }
}
