package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.aws.AwsProperties;
import ai.hanzo.kms.secretsync.runs.RunProperties;
import ai.hanzo.kms.secretsync.sync.LeastPrivilege;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import org.springframework.stereotype.Component;

/** What syncs need to be allowed at AWS, with the settings of this installation. */
@Component("iamPolicies")
public class IamPolicies {
    private final LeastPrivilege.Deletion deletion;
    private final RunProperties runs;

    IamPolicies(AwsProperties aws, RunProperties runs) {
        this.deletion = new LeastPrivilege.Deletion(aws.recoveryWindowDays(), aws.forceDeletion());
        this.runs = runs;
    }

    /**
     * @param account id of the AWS account that the sync writes to
     */
    public LeastPrivilege of(SecretSync sync, String account) {
        return LeastPrivilege.of(
                sync, AwsRegions.place(account, sync.destination().region()), deletion, runs.foreignSecrets());
    }
}
