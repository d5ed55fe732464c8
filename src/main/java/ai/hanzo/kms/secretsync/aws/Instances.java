package ai.hanzo.kms.secretsync.aws;

/** How many instances of the service share AWS's quotas, this one included; whoever runs them knows. */
@FunctionalInterface
public interface Instances {
    int alive();
}
