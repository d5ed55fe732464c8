package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.AwsFixture.CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.REGION;
import static ai.hanzo.kms.secretsync.aws.ScriptedAws.Answer.error;
import static ai.hanzo.kms.secretsync.aws.ScriptedAws.Answer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.InvalidNextTokenException;

class DestinationReaderTest {
    private final ScriptedAws aws = new ScriptedAws();
    private final AwsFixture fixture = new AwsFixture(aws.uri());
    private final DestinationReader reader = fixture.reader();

    @AfterEach
    void close() {
        fixture.close();
        aws.close();
    }

    @Test
    @DisplayName("U3.2-1: ListSecrets to the last page; differs: filtered by prefix, 100 a page, with what is "
            + "scheduled for deletion (promises 5 and 1)")
    void lists_every_page_in_the_order_of_names_with_all_that_the_list_tells() {
        aws.answer(call -> call.text("NextToken") == null
                ? json(
                        "{'NextToken':'t2','SecretList':[{'Name':'dev/b','ARN':'arn:b','KmsKeyId':'k','RotationEnabled':true,"
                                + "'OwningService':'rds','PrimaryRegion':'us-east-1','Type':'x','DeletedDate':1700000000,"
                                + "'LastChangedDate':1700000001,'Tags':[{'Key':'t','Value':'v'},{'Key':'empty'}],"
                                + "'SecretVersionsToStages':{'v0':['AWSPREVIOUS'],'v1':['AWSCURRENT']}}]}")
                : json("{'SecretList':[{'Name':'dev/a','ARN':'arn:a'}]}"));

        List<DestinationSecret> secrets = reader.list(CONNECTION, REGION, "dev/");

        assertThat(secrets)
                .containsExactly(
                        new DestinationSecret(
                                "dev/a", "arn:a", null, null, Map.of(), null, null, null, false, null, null),
                        new DestinationSecret(
                                "dev/b",
                                "arn:b",
                                "v1",
                                "k",
                                Map.of("t", "v", "empty", ""),
                                "rds",
                                "x",
                                "us-east-1",
                                true,
                                Instant.ofEpochSecond(1700000000),
                                Instant.ofEpochSecond(1700000001)));
        assertThat(aws.calls()).hasSize(2).allSatisfy(call -> {
            assertThat(call.body().path("MaxResults").asInt()).isEqualTo(100);
            assertThat(call.body().path("IncludePlannedDeletion").asBoolean()).isTrue();
            assertThat(call.body().at("/Filters/0/Key").asText()).isEqualTo("name");
            assertThat(call.body().at("/Filters/0/Values/0").asText()).isEqualTo("dev/");
        });
    }

    @Test
    void without_a_prefix_there_is_no_filter() {
        reader.list(CONNECTION, REGION, "");

        assertThat(aws.calls().get(0).body().has("Filters")).isFalse();
    }

    @Test
    void what_does_not_begin_with_the_prefix_is_dropped_whatever_the_endpoint_thinks() {
        aws.answer(call -> json("{'SecretList':[{'Name':'DEV/a'},{'Name':'x/dev/a'},{'Name':'dev/a'}]}"));

        assertThat(reader.list(CONNECTION, REGION, "dev/"))
                .extracting(DestinationSecret::name)
                .containsExactly("dev/a");
    }

    @Test
    void of_a_deleted_secret_and_the_new_one_of_its_name_the_living_one_counts() {
        aws.answer(call ->
                json("{'SecretList':[{'Name':'a','ARN':'new'},{'Name':'a','ARN':'old','DeletedDate':1700000000}]}"));

        assertThat(reader.list(CONNECTION, REGION, ""))
                .extracting(DestinationSecret::arn)
                .containsExactly("new");
    }

    @Test
    void a_lost_page_token_starts_the_scan_again_and_counts_nothing_twice() {
        AtomicInteger seconds = new AtomicInteger();
        aws.answer(call -> {
            if (call.text("NextToken") == null) {
                return json("{'NextToken':'t','SecretList':[{'Name':'a'}]}");
            }
            return seconds.incrementAndGet() == 1
                    ? error(400, "InvalidNextTokenException", "expired")
                    : json("{'SecretList':[{'Name':'b'}]}");
        });

        assertThat(reader.list(CONNECTION, REGION, ""))
                .extracting(DestinationSecret::name)
                .containsExactly("a", "b");
        assertThat(aws.calls()).hasSize(4);
    }

    @Test
    void a_page_token_lost_twice_is_an_error_and_never_a_short_list() {
        aws.answer(call -> call.text("NextToken") == null
                ? json("{'NextToken':'t','SecretList':[{'Name':'a'}]}")
                : error(400, "InvalidNextTokenException", "expired"));

        assertThatThrownBy(() -> reader.list(CONNECTION, REGION, "")).isInstanceOf(InvalidNextTokenException.class);
        assertThat(aws.calls()).hasSize(4);
    }

    @Test
    void describes_one_secret_and_knows_when_there_is_none() {
        aws.answer(call -> call.text("SecretId").equals("a")
                ? json("{'Name':'a','ARN':'arn:a','VersionIdsToStages':{'v1':['AWSCURRENT']},'DeletedDate':1700000000}")
                : error(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."));

        assertThat(reader.describe(CONNECTION, REGION, "a")).hasValueSatisfying(secret -> {
            assertThat(secret.versionId()).isEqualTo("v1");
            assertThat(secret.deletedDate()).isEqualTo(Instant.ofEpochSecond(1700000000));
        });
        assertThat(reader.describe(CONNECTION, REGION, "b")).isEmpty();
    }

    @Test
    void a_name_that_aws_takes_for_part_of_an_arn_does_not_become_another_secret() {
        aws.answer(call -> json("{'Name':'token','ARN':'arn:aws:secretsmanager:::secret:token-AbCdEf'}"));

        assertThat(reader.describe(CONNECTION, REGION, "token-AbCdEf")).isEmpty();
    }

    @Test
    @DisplayName("U3.2-3: values are read 20 at a time")
    void reads_twenty_per_call() {
        List<String> names =
                IntStream.range(0, 41).mapToObj(number -> "s" + number).toList();
        aws.answer(call -> {
            StringBuilder values = new StringBuilder();
            call.body()
                    .path("SecretIdList")
                    .forEach(id -> values.append(values.isEmpty() ? "" : ",")
                            .append("{'Name':'" + id.asText() + "','VersionId':'v','SecretString':'of " + id.asText()
                                    + "'}"));
            return json("{'SecretValues':[" + values + "]}");
        });

        assertThat(read(names))
                .hasSize(41)
                .allSatisfy((name, value) -> assertThat(value).isEqualTo(text("of " + name, "v")));
        assertThat(aws.calls())
                .extracting(call -> call.body().path("SecretIdList").size())
                .containsExactly(20, 20, 1);
    }

    @Test
    @DisplayName(
            "U3.2-5: differs: each error of a batch counts as what it is, and never as an empty value (promise " + "1)")
    void every_kind_of_answer_is_told_apart() {
        aws.answer(call -> json("{'SecretValues':[{'Name':'text','VersionId':'v','SecretString':'x'},"
                + "{'Name':'binary','VersionId':'v','SecretBinary':'AAAA'}],'Errors':["
                + "{'SecretId':'gone','ErrorCode':'ResourceNotFoundException','Message':'Secrets Manager can\\u0027t find the specified secret.'},"
                + "{'SecretId':'empty','ErrorCode':'ResourceNotFoundException','Message':'Secrets Manager can\\u0027t find the specified secret value for staging label: AWSCURRENT'},"
                + "{'SecretId':'key','ErrorCode':'DecryptionFailure','Message':'no'},"
                + "{'SecretId':'denied','ErrorCode':'AccessDeniedException','Message':'no'}]}"));

        Map<String, CurrentValue> read =
                read(List.of("text", "binary", "gone", "empty", "key", "denied", "unanswered"));

        assertThat(read)
                .containsEntry("text", text("x", "v"))
                .containsEntry("binary", new CurrentValue.Binary("v"))
                .containsEntry("gone", new CurrentValue.Absent())
                .containsEntry("empty", new CurrentValue.NoValue())
                .containsEntry("unanswered", new CurrentValue.Absent())
                .hasSize(7);
        assertThat(read.get("key")).isInstanceOf(CurrentValue.Unreadable.class);
        assertThat(read.get("denied")).isInstanceOf(CurrentValue.Unreadable.class);
    }

    @Test
    @DisplayName("U3.2-4: values are read to the last page")
    void a_batch_that_comes_in_pages_is_read_to_its_end() {
        aws.answer(call -> call.text("NextToken") == null
                ? json("{'NextToken':'t','SecretValues':[{'Name':'a','VersionId':'v','SecretString':'1'}]}")
                : json("{'SecretValues':[{'Name':'b','VersionId':'v','SecretString':'2'}]}"));

        assertThat(read(List.of("a", "b"))).isEqualTo(Map.of("a", text("1", "v"), "b", text("2", "v")));
    }

    @Test
    void without_permission_to_read_everything_is_unreadable_and_one_call_was_enough() {
        aws.answer(call -> error(
                400,
                "AccessDeniedException",
                "User: arn:aws:iam::1:user/u is not authorized to perform: secretsmanager:BatchGetSecretValue"));
        List<String> names =
                IntStream.range(0, 45).mapToObj(number -> "s" + number).toList();

        assertThat(read(names))
                .hasSize(45)
                .allSatisfy((name, value) -> assertThat(value).isInstanceOf(CurrentValue.Unreadable.class));
        assertThat(aws.calls()).hasSize(1);
    }

    @Test
    void an_error_that_is_no_refusal_is_never_taken_for_an_answer() {
        aws.answer(call -> error(500, "InternalServiceError", "oops"));

        assertThatThrownBy(() -> read(List.of("a")))
                .satisfies(e ->
                        assertThat(fixture.errors.classify(e).failureClass()).isEqualTo(FailureClass.TRANSIENT));
    }

    private Map<String, CurrentValue> read(List<String> names) {
        Map<String, CurrentValue> values = new LinkedHashMap<>();
        reader.read(CONNECTION, REGION, names, values::put);
        return values;
    }

    private static CurrentValue text(String value, String versionId) {
        return new CurrentValue.Text(SecretText.of(value), versionId);
    }
}
