package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.SecretText;

/** What stands under AWSCURRENT of a secret. */
public sealed interface CurrentValue {

    /** {@code SecretString}. */
    record Text(SecretText value, String versionId) implements CurrentValue {}

    /** {@code SecretBinary}; its bytes are not kept. */
    record Binary(String versionId) implements CurrentValue {}

    /** The secret exists and has no value yet. */
    record NoValue() implements CurrentValue {}

    /** There is no such secret. */
    record Absent() implements CurrentValue {}

    /** AWS did not show it: permission, KMS key, or scheduled for deletion. */
    record Unreadable(AwsFailure failure) implements CurrentValue {}
}
