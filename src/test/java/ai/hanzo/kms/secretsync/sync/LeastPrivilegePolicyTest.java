package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the policy of a sync says, word by word. That it is enough and the smallest is shown where it is used. */
class LeastPrivilegePolicyTest {
    private static final UUID ID = UUID.fromString("7d1c2f6a-0000-4000-8000-000000000001");
    private static final LeastPrivilege.Place AWS = new LeastPrivilege.Place("123456789012", "aws", "amazonaws.com");
    private static final LeastPrivilege.Deletion MONTH = new LeastPrivilege.Deletion(30, false);
    private static final String ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:";
    private static final String RESOURCE_OWNER = "aws:ResourceTag/hanzo-kms:sync-id";

    private static SecretSync oneToOne(String environment, SyncOptions options, boolean initial) {
        return new SecretSync(
                ID,
                "shop",
                null,
                new Source("project", environment, "/"),
                new Destination(UUID.randomUUID(), "eu-central-1", Destination.ONE_TO_ONE, null),
                options,
                true,
                initial);
    }

    private static SecretSync manyToOne(String secretName, SyncOptions options, boolean initial) {
        return new SecretSync(
                ID,
                "shop",
                null,
                new Source("project", "dev", "/"),
                new Destination(UUID.randomUUID(), "eu-central-1", Destination.MANY_TO_ONE, secretName),
                options,
                true,
                initial);
    }

    private static SyncOptions options(String keySchema, String keyId) {
        return new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, keySchema, null, keyId, null, null);
    }

    private static LeastPrivilege of(SecretSync sync) {
        return LeastPrivilege.of(sync, AWS, MONTH, ForeignSecrets.REMOVE, List.of());
    }

    private static LeastPrivilege of(String keySchema) {
        return of(oneToOne("prod", options(keySchema, null), false));
    }

    private static IamPolicy.Statement statement(LeastPrivilege privilege, String sid) {
        return privilege.policy().statements().stream()
                .filter(statement -> statement.sid().equals(sid))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> sids(LeastPrivilege privilege) {
        return privilege.policy().statements().stream()
                .map(IamPolicy.Statement::sid)
                .toList();
    }

    @Test
    void isAPolicyDocumentOfIam() throws Exception {
        String json = JsonMapper.builder()
                .build()
                .writeValueAsString(of("shop/{{secretKey}}").policy());

        assertThat(json)
                .isEqualTo("{'Version':'2012-10-17','Statement':["
                        .concat(
                                "{'Sid':'ListSecrets','Effect':'Allow','Action':['secretsmanager:ListSecrets'],'Resource':['*'],")
                        .concat("'Condition':{'StringEquals':{'aws:RequestedRegion':['eu-central-1']}}},")
                        .concat("{'Sid':'DescribeSecrets','Effect':'Allow','Action':['secretsmanager:DescribeSecret'],")
                        .concat("'Resource':['" + ARN + "shop/*']},")
                        .concat("{'Sid':'CreateSecrets','Effect':'Allow','Action':['secretsmanager:CreateSecret',")
                        .concat("'secretsmanager:TagResource'],'Resource':['" + ARN + "shop/*'],'Condition':{")
                        .concat("'StringEquals':{'aws:RequestTag/hanzo-kms:sync-id':['" + ID + "']},")
                        .concat("'StringEqualsIfExists':{'" + RESOURCE_OWNER + "':['" + ID + "']}}},")
                        .concat("{'Sid':'ChangeSecrets','Effect':'Allow','Action':['secretsmanager:UpdateSecret',")
                        .concat("'secretsmanager:RestoreSecret','secretsmanager:DeleteSecret'],")
                        .concat("'Resource':['" + ARN + "shop/*-??????'],")
                        .concat("'Condition':{'StringEqualsIfExists':{'" + RESOURCE_OWNER + "':['" + ID + "']}}},")
                        .concat(
                                "{'Sid':'NeverDeleteBeyondRecovery','Effect':'Deny','Action':['secretsmanager:DeleteSecret'],")
                        .concat("'Resource':['" + ARN + "shop/*-??????'],")
                        .concat("'Condition':{'Bool':{'secretsmanager:ForceDeleteWithoutRecovery':['true']}}},")
                        .concat(
                                "{'Sid':'NeverShortenTheRecoveryWindow','Effect':'Deny','Action':['secretsmanager:DeleteSecret'],")
                        .concat("'Resource':['" + ARN + "shop/*-??????'],")
                        .concat("'Condition':{'NumericLessThan':{'secretsmanager:RecoveryWindowInDays':['30']}}}]}")
                        .replace('\'', '"'));
        assertThat(of("shop/{{secretKey}}").characters()).isEqualTo(json.length());
    }

    private static Former former(String region, String mapping, String name, String keySchema) {
        ManagedSecret entry = new ManagedSecret(
                name,
                mapping,
                "arn",
                "v",
                "v",
                1,
                null,
                0,
                null,
                null,
                Set.of(),
                new TreeSet<>(Set.of("A")),
                false,
                false,
                VersionBudget.UNSPENT,
                Map.of(),
                null,
                keySchema,
                null);
        return new Former("123456789012", region, entry);
    }

    @Test
    void whatWasLeftBehindMayBeDeletedAndNotBeyondRecovery() {
        List<Former> formers = List.of(
                former("eu-west-1", Destination.ONE_TO_ONE, "old/A", "old/{{secretKey}}-x"),
                former("eu-west-1", Destination.ONE_TO_ONE, "old/B", "old/{{secretKey}}-x"),
                former("eu-central-1", Destination.ONE_TO_ONE, "f/dir/C", "f/{{secretPath}}/{{secretKey}}"),
                former("eu-central-1", Destination.ONE_TO_ONE, "legacy", null));
        SecretSync sync = oneToOne("prod", options("shop/{{secretKey}}", null), false);
        LeastPrivilege privilege = LeastPrivilege.of(sync, AWS, MONTH, ForeignSecrets.REMOVE, formers);
        List<String> arns = List.of(
                ARN + "f/*-??????", ARN + "legacy-??????", ARN.replace("eu-central-1", "eu-west-1") + "old/*-x-??????");
        assertThat(statement(privilege, "DeleteMovedSecrets").resources()).containsExactlyElementsOf(arns);
        assertThat(statement(privilege, "DeleteMovedSecrets").actions()).containsExactly("secretsmanager:DeleteSecret");
        assertThat(statement(privilege, "DescribeMovedSecrets").resources())
                .containsAll(arns)
                .contains(ARN + "legacy");
        assertThat(statement(privilege, "NeverDeleteBeyondRecovery").resources())
                .containsAll(arns);

        LeastPrivilege shared = LeastPrivilege.of(
                sync,
                AWS,
                MONTH,
                ForeignSecrets.REMOVE,
                List.of(former("eu-west-1", Destination.MANY_TO_ONE, "app", "{{secretKey}}")));
        assertThat(statement(shared, "DeleteMovedSecrets").resources())
                .containsExactly(ARN.replace("eu-central-1", "eu-west-1") + "app-??????");
        assertThat(statement(shared, "DeleteMovedSecrets").actions())
                .contains("secretsmanager:UpdateSecret", "secretsmanager:GetSecretValue");
        assertThat(sids(shared)).contains("ReadMovedSecretsInBatches");
    }

    @Test
    void saysWhyOfEveryStatement() {
        LeastPrivilege privilege = of(oneToOne("prod", options("shop/{{secretKey}}", "alias/shop"), true));

        assertThat(privilege.statements())
                .extracting(LeastPrivilege.Reason::sid)
                .containsExactlyElementsOf(sids(privilege));
        assertThat(privilege.statements()).noneMatch(reason -> reason.reason().isBlank());
        assertThat(sids(privilege)).doesNotHaveDuplicates().allMatch(sid -> sid.matches("[A-Za-z]+"));
    }

    @ParameterizedTest
    @CsvSource({
        "shop/{{secretKey}}, shop/*-??????, shop/*",
        "{{environment}}-{{secretKey}}, prod-*-??????, prod-*",
        "{{secretKey}}, *-??????, *",
        "'', *-??????, *",
        "a/{{secretKey}}/{{environment}}, a/*/prod-??????, a/*/prod"
    })
    void theKeySchemaBecomesAnArn(String keySchema, String there, String free) {
        LeastPrivilege privilege = of(keySchema);

        assertThat(statement(privilege, "ChangeSecrets").resources()).containsExactly(ARN + there);
        assertThat(statement(privilege, "CreateSecrets").resources())
                .contains(ARN + free)
                .isSubsetOf(ARN + free, ARN + there);
        assertThat(privilege.absentArn()).startsWith(ARN).endsWith("-______");
    }

    @Test
    void withoutAKeySchemaItCoversTheRegionAndSaysSo() {
        assertThat(of("").warnings()).singleElement().asString().contains("every secret of the region", "key schema");
        assertThat(of("shop-{{secretKey}}").warnings()).isEmpty();
        assertThat(of("shop/{{secretKey}}").warnings())
                .singleElement()
                .asString()
                .contains("further /");
    }

    @Test
    void whatIamTakesForAWildcardStandsForItself() {
        LeastPrivilege privilege = of(oneToOne("a*b?c${x}", options("{{environment}}/{{secretKey}}", null), false));

        assertThat(statement(privilege, "ChangeSecrets").resources())
                .containsExactly(ARN + "a${*}b${?}c${$}{x}/*-??????");
    }

    @Test
    void manyToOneIsExactlyOneNameAndListsNothing() {
        LeastPrivilege privilege =
                of(manyToOne("app@prod+x=1", options("team/{{secretKey}}/{{environment}}", null), false));

        assertThat(sids(privilege)).doesNotContain("ListSecrets");
        assertThat(statement(privilege, "DescribeSecrets").resources())
                .containsExactly(ARN + "team/app@prod+x=1/dev", ARN + "team/app@prod+x=1/dev-??????");
        assertThat(statement(privilege, "ChangeSecrets").resources())
                .containsExactly(ARN + "team/app@prod+x=1/dev-??????");
    }

    @Test
    void whereTheObjectMayBeDividedItsShardsAreCovered() {
        SyncOptions sharding = options(null, null).with(draft -> draft.sharding(true));
        LeastPrivilege privilege = of(manyToOne("app", sharding, false));

        assertThat(statement(privilege, "DescribeSecrets").resources())
                .containsExactly(ARN + "app", ARN + "app-??????", ARN + "app/shard-*");
        assertThat(statement(privilege, "ChangeSecrets").resources())
                .containsExactly(ARN + "app-??????", ARN + "app/shard-*-??????");
    }

    @ParameterizedTest
    @CsvSource({
        "eu-central-1, aws, amazonaws.com, secretsmanager.eu-central-1.amazonaws.com",
        "cn-north-1, aws-cn, amazonaws.com.cn, secretsmanager.cn-north-1.amazonaws.com.cn",
        "us-gov-west-1, aws-us-gov, amazonaws.com, secretsmanager.us-gov-west-1.amazonaws.com",
        "us-iso-east-1, aws-iso, c2s.ic.gov, secretsmanager.us-iso-east-1.c2s.ic.gov"
    })
    void everyPartitionHasItsArnsAndNames(String region, String partition, String dnsSuffix, String service) {
        SecretSync sync = new SecretSync(
                ID,
                "shop",
                null,
                new Source("project", "dev", "/"),
                new Destination(UUID.randomUUID(), region, Destination.ONE_TO_ONE, null),
                options("shop/{{secretKey}}", "1234"),
                true,
                false);

        LeastPrivilege privilege = LeastPrivilege.of(
                sync,
                new LeastPrivilege.Place("123456789012", partition, dnsSuffix),
                MONTH,
                ForeignSecrets.REMOVE,
                List.of());

        assertThat(statement(privilege, "ChangeSecrets").resources())
                .containsExactly(
                        "arn:" + partition + ":secretsmanager:" + region + ":123456789012:secret:shop/*-??????");
        assertThat(statement(privilege, "UseKmsKey").resources())
                .containsExactly("arn:" + partition + ":kms:" + region + ":123456789012:key/1234");
        assertThat(statement(privilege, "UseKmsKey")
                        .conditions()
                        .get("StringEquals")
                        .get("kms:ViaService"))
                .contains(service);
    }

    @ParameterizedTest
    @CsvSource({
        "1234, arn:aws:kms:eu-central-1:123456789012:key/1234,",
        "mrk-12ab, arn:aws:kms:eu-central-1:123456789012:key/mrk-12ab,",
        "arn:aws:kms:eu-central-1:999999999999:key/12, arn:aws:kms:eu-central-1:999999999999:key/12,",
        "alias/shop, arn:aws:kms:eu-central-1:123456789012:key/*, alias/shop",
        "arn:aws:kms:eu-central-1:999999999999:alias/a/b, arn:aws:kms:eu-central-1:999999999999:key/*, alias/a/b"
    })
    void aKeyIsUsedThroughSecretsManagerOnly(String keyId, String resource, String alias) {
        LeastPrivilege privilege = of(oneToOne("prod", options("shop/{{secretKey}}", keyId), false));
        IamPolicy.Statement use = statement(privilege, "UseKmsKey");

        assertThat(use.resources()).containsExactly(resource);
        assertThat(use.conditions().get("StringEquals"))
                .isEqualTo(Map.of("kms:ViaService", List.of("secretsmanager.eu-central-1.amazonaws.com")));
        assertThat(use.conditions().get("ForAnyValue:StringEquals"))
                .isEqualTo(alias == null ? null : Map.of("kms:ResourceAliases", List.of(alias)));
        IamPolicy.Statement describe = statement(privilege, "DescribeKmsKeys");
        assertThat(describe.resources()).containsExactly("arn:aws:kms:eu-central-1:123456789012:key/*");
        assertThat(describe.conditions().get("ForAnyValue:StringEquals").get("kms:ResourceAliases"))
                .isEqualTo(alias == null ? List.of(KmsKeys.DEFAULT) : List.of(alias, KmsKeys.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({",", "''", "alias/aws/secretsmanager", "arn:aws:kms:eu-central-1:123456789012:alias/aws/secretsmanager"
    })
    void theDefaultKeyNeedsNoPermission(String keyId) {
        assertThat(sids(of(oneToOne("prod", options("shop/{{secretKey}}", keyId), false))))
                .doesNotContain("UseKmsKey");
    }

    @Test
    void readsValuesOnlyWhereTheyAreNeeded() {
        SyncOptions overwriting = options("s/{{secretKey}}", null);
        SyncOptions importing = new SyncOptions(
                InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION, "s/{{secretKey}}", null, null, null, null);

        assertThat(sids(of(oneToOne("prod", overwriting, true)))).contains("ReadValues", "ReadValuesInBatches");
        assertThat(sids(of(oneToOne("prod", importing, false)))).doesNotContain("ReadValues", "ReadValuesInBatches");
        assertThat(sids(of(manyToOne("app", overwriting, false)))).doesNotContain("ReadValues");
        assertThat(sids(of(manyToOne("app", importing, false)))).contains("ReadValues");
        assertThat(sids(LeastPrivilege.of(
                        manyToOne("app", overwriting, false), AWS, MONTH, ForeignSecrets.KEEP, List.of())))
                .contains("ReadValues");
    }

    @Test
    void tagsAreChangedOnlyWhereTheSyncManagesThem() {
        SyncOptions tagged = new SyncOptions(
                InitialSyncBehavior.OVERWRITE_DESTINATION, "s/{{secretKey}}", null, null, List.of(), null);
        SyncOptions metadata =
                new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, "s/{{secretKey}}", null, null, null, true);

        assertThat(sids(of("s/{{secretKey}}"))).doesNotContain("ChangeTags");
        assertThat(sids(of(oneToOne("prod", tagged, false)))).contains("ChangeTags");
        assertThat(sids(of(oneToOne("prod", metadata, false)))).contains("ChangeTags");
        LeastPrivilege never = of(oneToOne("prod", tagged.with(draft -> draft.tagMode(TagMode.NEVER)), false));
        assertThat(sids(never)).doesNotContain("ChangeTags");
        assertThat(never.omitted())
                .anyMatch(omission -> omission.actions().equals(List.of(LeastPrivilege.TAG, LeastPrivilege.UNTAG)));
    }

    @Test
    void theRecoveryWindowIsTheInstallationsAndForcedDeletionIsAllowedOnlyToAnInstallationThatForces() {
        SecretSync sync = oneToOne("prod", options("s/{{secretKey}}", null), false);

        LeastPrivilege week =
                LeastPrivilege.of(sync, AWS, new LeastPrivilege.Deletion(7, false), ForeignSecrets.REMOVE, List.of());
        LeastPrivilege forced =
                LeastPrivilege.of(sync, AWS, new LeastPrivilege.Deletion(30, true), ForeignSecrets.REMOVE, List.of());

        assertThat(statement(week, "NeverShortenTheRecoveryWindow").conditions())
                .isEqualTo(Map.of("NumericLessThan", Map.of("secretsmanager:RecoveryWindowInDays", List.of("7"))));
        assertThat(forced.policy().statements()).allMatch(IamPolicy.Statement::allows);
        assertThat(forced.warnings()).anyMatch(warning -> warning.contains("SECRET_SYNC_FORCE_DELETION"));
    }

    @Test
    void saysWhereItIsTooLongForAManagedPolicy() {
        LeastPrivilege longest = of(
                oneToOne("e".repeat(64), options("{{environment}}".repeat(16) + "/{{secretKey}}", "alias/shop"), true));

        assertThat(longest.characters()).isGreaterThan(LeastPrivilege.MAX_CHARACTERS);
        assertThat(longest.warnings()).anyMatch(warning -> warning.contains("at most 6144"));
        // The longest names that AWS takes fit.
        LeastPrivilege usual = of(oneToOne("prod", options("s".repeat(240) + "/{{secretKey}}", "alias/shop"), true));
        assertThat(usual.characters()).isLessThan(LeastPrivilege.MAX_CHARACTERS);
    }
}
