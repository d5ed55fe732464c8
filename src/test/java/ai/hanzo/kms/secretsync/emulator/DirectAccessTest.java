package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;

/** What tests put in and look at without AWS's protocols, and the table of KMS keys. */
class DirectAccessTest extends EmulatorTest {

    @Test
    void aForeignSecretLooksLikeAnyOther() {
        emulator.putForeign(
                ForeignSecret.named("theirs").value("v").tag("owner", "them").description("d"));
        assertThat(aws.getSecretValue(get -> get.secretId("theirs")).secretString())
                .isEqualTo("v");
        assertThat(aws.describeSecret(describe -> describe.secretId("theirs")).tags())
                .hasSize(1);
        assertThat(emulator.journal()).hasSize(2);
    }

    @Test
    void aForeignChangeMakesAVersionAndKeepsTheRest() {
        aws.createSecret(create -> create.name("a").secretString("v").description("d"));
        String ours = emulator.secret("a").orElseThrow().current().orElseThrow().id();
        emulator.putForeign("a", "theirs");
        Secret secret = emulator.secret("a").orElseThrow();
        assertThat(secret.secretString()).isEqualTo("theirs");
        assertThat(secret.description()).isEqualTo("d");
        assertThat(secret.versionWithStage(Secret.PREVIOUS).orElseThrow().id()).isEqualTo(ours);
    }

    @Test
    void aServicesSecretIsNotForOthersToWrite() {
        emulator.putForeign(ForeignSecret.named("rds!db-1").value("v").owningService("rds"));
        DescribeSecretResponse described = aws.describeSecret(describe -> describe.secretId("rds!db-1"));
        assertThat(described.owningService()).isEqualTo("rds");
        refused(
                "InvalidRequestException",
                () -> aws.putSecretValue(put -> put.secretId("rds!db-1").secretString("w")));
        refused("InvalidRequestException", () -> aws.deleteSecret(delete -> delete.secretId("rds!db-1")));
    }

    @Test
    void aReplicaIsNotWrittenWhereItIs() {
        emulator.putForeign(ForeignSecret.named("a").value("v").replicaOf("eu-west-1"));
        assertThat(aws.describeSecret(describe -> describe.secretId("a")).primaryRegion())
                .isEqualTo("eu-west-1");
        refused(
                "InvalidRequestException",
                () -> aws.updateSecret(update -> update.secretId("a").secretString("w")));
    }

    @Test
    void rotationAndBinaryCanBeSet() {
        emulator.putForeign(ForeignSecret.named("a").binary(new byte[] {1, 2}).rotationEnabled());
        assertThat(aws.describeSecret(describe -> describe.secretId("a")).rotationEnabled())
                .isTrue();
        assertThat(aws.getSecretValue(get -> get.secretId("a")).secretBinary().asByteArray())
                .containsExactly(1, 2);
    }

    @Test
    void aSnapshotComesBack() {
        create("a", "v");
        var snapshot = emulator.snapshot();
        emulator.putForeign("a", "w");
        emulator.deleteForeign("b");
        create("b", "v");
        emulator.restore(snapshot);
        assertThat(emulator.secrets()).extracting(Secret::name).containsExactly("a");
        assertThat(emulator.value("a")).isEqualTo("v");
    }

    @Test
    void listsNameKeysByTheirArnAndDescriptionsAsTheyWereGiven() {
        String arn = emulator.addKmsKey(
                SecretsManagerEmulator.ACCOUNT,
                SecretsManagerEmulator.REGION,
                "11111111-2222-3333-4444-555555555555",
                "alias/mine");
        aws.createSecret(create -> create.name("a").secretString("v").kmsKeyId("alias/mine"));
        assertThat(aws.describeSecret(describe -> describe.secretId("a")).kmsKeyId())
                .isEqualTo("alias/mine");
        assertThat(aws.listSecrets().secretList().get(0).kmsKeyId()).isEqualTo(arn);
    }

    @Test
    void kmsKnowsKeysInAllTheirForms() {
        String id = "11111111-2222-3333-4444-555555555555";
        String arn = emulator.addKmsKey(
                SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, id, "alias/mine", "alias/also-mine");
        try (KmsClient kms = EmulatorClients.kms(emulator)) {
            for (String form : new String[] {id, arn, "alias/mine", arn.replace("key/" + id, "alias/mine")}) {
                assertThat(kms.describeKey(describe -> describe.keyId(form))
                                .keyMetadata()
                                .arn())
                        .isEqualTo(arn);
            }
            assertThat(kms.describeKey(describe -> describe.keyId("alias/aws/secretsmanager"))
                            .keyMetadata()
                            .keyManager())
                    .isEqualTo(KeyManagerType.AWS);
            assertThat(kms.listAliases(list -> list.limit(1)).truncated()).isTrue();
            assertThat(kms.listAliasesPaginator(list -> list.limit(1)).stream()
                            .flatMap(page -> page.aliases().stream())
                            .map(AliasListEntry::aliasName))
                    .containsExactly("alias/also-mine", "alias/aws/secretsmanager", "alias/mine");
            refused("NotFoundException", () -> kms.describeKey(describe -> describe.keyId("alias/none")));
        }
    }
}
