package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.AwsFixture.CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.REGION;
import static ai.hanzo.kms.secretsync.aws.ScriptedAws.Answer.error;
import static ai.hanzo.kms.secretsync.aws.ScriptedAws.Answer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KmsKeyResolverTest {
    private final ScriptedAws aws = new ScriptedAws();
    private final AwsFixture fixture = new AwsFixture(aws.uri());
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final KmsKeyResolver resolver = new KmsKeyResolver(fixture.clients, fixture.errors, new Clock() {
        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @AfterEach
    void close() {
        fixture.close();
        aws.close();
    }

    @Test
    void an_alias_is_asked_for_once_in_ten_minutes() {
        aws.answer(call -> json("{'KeyMetadata':{'KeyId':'id1'}}"));

        assertThat(resolver.keyId(CONNECTION, REGION, "alias/a")).contains("id1");
        assertThat(resolver.keyId(CONNECTION, REGION, "alias/a")).contains("id1");
        assertThat(aws.calls("DescribeKey")).hasSize(1);

        now = now.plus(Duration.ofMinutes(10));
        resolver.keyId(CONNECTION, REGION, "alias/a");
        assertThat(aws.calls("DescribeKey")).hasSize(2);

        resolver.forget(CONNECTION);
        resolver.keyId(CONNECTION, REGION, "alias/a");
        assertThat(aws.calls("DescribeKey")).hasSize(3);
    }

    @Test
    void no_key_is_the_default_key() {
        aws.answer(call -> json("{'KeyMetadata':{'KeyId':'" + call.text("KeyId") + "'}}"));

        assertThat(resolver.keyId(CONNECTION, REGION, null)).contains("alias/aws/secretsmanager");
        assertThat(resolver.keyId(CONNECTION, REGION, "")).contains("alias/aws/secretsmanager");
    }

    @Test
    void the_aliases_of_a_sync_are_looked_up_once() {
        aws.answer(call ->
                json("{'KeyMetadata':{'KeyId':'" + (call.text("KeyId").endsWith("other") ? "id2" : "id1") + "'}}"));

        for (int run = 0; run < 2; run++) {
            assertThat(resolver.resolve(AwsFixture.sync(null), List.of("alias/a", "alias/other")))
                    .isEqualTo(Map.of("alias/a", "id1", "alias/other", "id2"));
        }
        assertThat(aws.calls("DescribeKey")).hasSize(2);
    }

    @Test
    void where_aws_does_not_say_nothing_is_known_and_it_is_soon_asked_again() {
        aws.answer(call -> error(400, "AccessDeniedException", "no"));

        assertThat(resolver.keyId(CONNECTION, REGION, "alias/a")).isEmpty();
        assertThat(resolver.resolve(AwsFixture.sync(null), List.of("alias/a"))).isEmpty();
        int asked = aws.calls().size();
        resolver.keyId(CONNECTION, REGION, "alias/a");
        assertThat(aws.calls()).hasSize(asked);

        aws.answer(call -> json("{'KeyMetadata':{'KeyId':'id1'}}"));
        now = now.plus(Duration.ofMinutes(1));
        assertThat(resolver.keyId(CONNECTION, REGION, "alias/a")).contains("id1");
    }

    @Test
    void offers_symmetric_encryption_keys_and_of_aws_own_only_the_default_one() {
        aws.answer(call -> {
            if (call.operation().equals("ListAliases")) {
                return call.text("Marker") == null
                        ? json(
                                "{'Truncated':true,'NextMarker':'m','Aliases':[{'AliasName':'alias/aws/s3','TargetKeyId':'s3'},"
                                        + "{'AliasName':'alias/aws/secretsmanager','TargetKeyId':'default'},"
                                        + "{'AliasName':'alias/unused'},{'AliasName':'alias/sign','TargetKeyId':'sign'}]}")
                        : json(
                                "{'Truncated':false,'Aliases':[{'AliasName':'alias/rsa','TargetKeyId':'rsa'},"
                                        + "{'AliasName':'alias/hidden','TargetKeyId':'hidden'},{'AliasName':'alias/mine','TargetKeyId':'mine'}]}");
            }
            String id = call.text("KeyId");
            return switch (id) {
                case "hidden" -> error(400, "AccessDeniedException", "no");
                case "sign" ->
                    json("{'KeyMetadata':{'KeyId':'sign','KeyUsage':'SIGN_VERIFY','KeySpec':'SYMMETRIC_DEFAULT'}}");
                case "rsa" -> json("{'KeyMetadata':{'KeyId':'rsa','KeyUsage':'ENCRYPT_DECRYPT','KeySpec':'RSA_2048'}}");
                default ->
                    json("{'KeyMetadata':{'KeyId':'" + id
                            + "','KeyUsage':'ENCRYPT_DECRYPT','KeySpec':'SYMMETRIC_DEFAULT'}}");
            };
        });

        assertThat(resolver.kmsKeys(CONNECTION, REGION, "aws-secrets-manager"))
                .containsExactly(new KmsKey("alias/aws/secretsmanager", "default"), new KmsKey("alias/mine", "mine"));
    }

    @Test
    void for_the_parameter_store_its_own_default_key_is_offered_and_each_key_is_described_once() {
        aws.answer(call -> call.operation().equals("ListAliases")
                ? json(
                        "{'Truncated':false,'Aliases':[{'AliasName':'alias/aws/ssm','TargetKeyId':'ssm'},"
                                + "{'AliasName':'alias/aws/secretsmanager','TargetKeyId':'default'},"
                                + "{'AliasName':'alias/one','TargetKeyId':'mine'},{'AliasName':'alias/two','TargetKeyId':'mine'}]}")
                : json("{'KeyMetadata':{'KeyId':'" + call.text("KeyId")
                        + "','KeyUsage':'ENCRYPT_DECRYPT','KeySpec':'SYMMETRIC_DEFAULT'}}"));

        assertThat(resolver.kmsKeys(CONNECTION, REGION, "aws-parameter-store"))
                .containsExactly(
                        new KmsKey("alias/aws/ssm", "ssm"),
                        new KmsKey("alias/one", "mine"),
                        new KmsKey("alias/two", "mine"));
        assertThat(aws.calls("DescribeKey")).hasSize(2);
    }

    @Test
    void a_refused_list_is_a_rejection_that_names_the_permission() {
        aws.answer(call -> error(
                400,
                "AccessDeniedException",
                "User: arn:aws:iam::1:user/u is not authorized to perform: kms:ListAliases on resource: *"));

        assertThatThrownBy(() -> resolver.kmsKeys(CONNECTION, REGION, "aws-secrets-manager"))
                .isInstanceOfSatisfying(
                        Rejection.class, e -> assertThat(e.kind()).isEqualTo(Rejection.Kind.BAD_REQUEST))
                .hasMessageContaining("kms:ListAliases");
    }
}
