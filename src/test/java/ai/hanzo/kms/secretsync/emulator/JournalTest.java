package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.StsClient;

class JournalTest extends EmulatorTest {

    @Test
    void holdsEveryCallInOrder() {
        create("a", "v");
        attempt(() -> create("a", "w"));
        aws.getSecretValue(get -> get.secretId("a"));
        aws.listSecrets();
        assertThat(emulator.journal())
                .extracting(Call::service, Call::operation, Call::secretName, Call::status, Call::errorCode)
                .containsExactly(
                        tuple("secretsmanager", "CreateSecret", "a", 200, null),
                        tuple("secretsmanager", "CreateSecret", "a", 400, "ResourceExistsException"),
                        tuple("secretsmanager", "GetSecretValue", "a", 200, null),
                        tuple("secretsmanager", "ListSecrets", null, 200, null));
        assertThat(emulator.journal()).allSatisfy(call -> {
            assertThat(call.account()).isEqualTo(SecretsManagerEmulator.ACCOUNT);
            assertThat(call.region()).isEqualTo(SecretsManagerEmulator.REGION);
        });
    }

    @Test
    void namesASecretThatWasGivenByArn() {
        create("a", "v");
        String arn = emulator.secret("a").orElseThrow().arn();
        emulator.clearJournal();
        aws.getSecretValue(get -> get.secretId(arn));
        assertThat(emulator.journal()).extracting(Call::secretName).containsExactly("a");
    }

    @Test
    void countsAndTellsWritesFromReads() {
        create("a", "v");
        aws.describeSecret(describe -> describe.secretId("a"));
        aws.putSecretValue(put -> put.secretId("a").secretString("w"));
        aws.batchGetSecretValue(batch -> batch.secretIdList("a"));
        try (StsClient sts = EmulatorClients.sts(emulator)) {
            sts.getCallerIdentity();
        }
        assertThat(emulator.count("DescribeSecret")).isEqualTo(1);
        assertThat(emulator.writes()).extracting(Call::operation).containsExactly("CreateSecret", "PutSecretValue");
        emulator.clearJournal();
        assertThat(emulator.journal()).isEmpty();
        assertThat(emulator.count("DescribeSecret")).isZero();
    }

    @Test
    void showsDroppedConnections() {
        emulator.inject(Fault.of(Fault.Kind.DROP_AFTER));
        attempt(() -> create("a", "v"));
        assertThat(emulator.journal())
                .extracting(Call::status, Call::errorCode)
                .containsExactly(tuple(0, "DROP_AFTER"));
    }

    @Test
    void neverHoldsAValue() {
        create("a", "marker-value");
        aws.putSecretValue(put -> put.secretId("a").secretString("marker-value-2"));
        attempt(() -> create("a", "marker-value-3"));
        assertThat(emulator.journal().toString()).doesNotContain("marker");
        assertThat(emulator.secret("a").orElseThrow().toString()).doesNotContain("marker");
    }
}
