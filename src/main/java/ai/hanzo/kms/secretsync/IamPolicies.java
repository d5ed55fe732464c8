package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.aws.AwsProperties;
import ai.hanzo.kms.secretsync.runs.ManagedSecrets;
import ai.hanzo.kms.secretsync.runs.ManagedSecrets.Place;
import ai.hanzo.kms.secretsync.runs.Planning;
import ai.hanzo.kms.secretsync.runs.RunProperties;
import ai.hanzo.kms.secretsync.sync.Former;
import ai.hanzo.kms.secretsync.sync.LeastPrivilege;
import ai.hanzo.kms.secretsync.sync.Moves;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import java.util.List;
import org.springframework.stereotype.Component;

/** What syncs need to be allowed at AWS, with the settings of this installation. */
@Component("iamPolicies")
public class IamPolicies {
    private final LeastPrivilege.Deletion deletion;
    private final RunProperties runs;
    private final ManagedSecrets journal;
    private final Planning planning;

    IamPolicies(AwsProperties aws, RunProperties runs, ManagedSecrets journal, Planning planning) {
        this.journal = journal;
        this.planning = planning;
        this.deletion = new LeastPrivilege.Deletion(aws.recoveryWindowDays(), aws.forceDeletion());
        this.runs = runs;
    }

    /**
     * @param account id of the AWS account that the sync writes to
     */
    public LeastPrivilege of(SecretSync sync, String account) {
        return LeastPrivilege.of(
                sync,
                AwsRegions.place(account, sync.destination().region()),
                deletion,
                runs.foreignSecrets(),
                sync.options().move() == null ? List.of() : formers(sync, account));
    }

    private List<Former> formers(SecretSync sync, String account) {
        Place place = new Place(sync.id(), account, sync.destination().region());
        return Moves.formers(
                sync, planning.elsewhere(sync, account), journal.at(place).values());
    }
}
