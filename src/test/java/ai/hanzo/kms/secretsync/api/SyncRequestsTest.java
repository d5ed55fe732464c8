package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Examples.CONNECTION;
import static ai.hanzo.kms.secretsync.api.Examples.SYNC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.Contract;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of {@code upstream-secret-sync.md} 1.2-1.4 and 2: what passes, and what is said about what does not. */
class SyncRequestsTest {
    private static final String KEY_SCHEMA =
            "Key schema must include exactly one {{secretKey}} placeholder. It can also include {{environment}} placeholders."
                    + " Only alphanumeric characters (a-z, A-Z, 0-9), dashes (-), underscores (_), and slashes (/) are"
                    + " allowed besides the placeholders.";
    private static final String TAG_CHARACTERS =
            " can only contain Unicode letters, digits, white space and any of the following: _.:/=+@-";

    private final SyncRequests requests = new SyncRequests(new ApiJson(), Examples.NAMES);

    @Test
    void a_complete_request_is_read_whole() {
        CreateSyncRequest create = requests.create(bytes(Examples.CREATE));
        assertThat(create)
                .isEqualTo(new CreateSyncRequest(
                        "sync-many",
                        "P",
                        "all options",
                        CONNECTION,
                        "dev",
                        "/app",
                        true,
                        new SyncOptions(
                                InitialSyncBehavior.OVERWRITE_DESTINATION,
                                "INFISICAL_{{secretKey}}",
                                true,
                                "alias/my-key",
                                List.of(new Tag("tag-1", "v1"), new Tag("tag-2", "a b")),
                                false),
                        new DestinationConfig("many-to-one", "us-east-1", "prod/app")));
        assertThat(create.source()).isEqualTo(new Source("P", "dev", "/app"));
        assertThat(create.destination()).isEqualTo(new Destination(CONNECTION, "us-east-1", "many-to-one", "prod/app"));
    }

    @Test
    @DisplayName("U2.1-2: one-to-one strips secretName")
    void what_terraform_sends_for_one_to_one_is_accepted() {
        CreateSyncRequest create = requests.create(bytes("""
                {"App":"aws-secrets-manager","name":"sync-one","projectId":"P","connectionId":"%s","environment":"dev",
                 "secretPath":"/","isAutoSyncEnabled":true,"description":"",
                 "syncOptions":{"disableSecretDeletion":false,"initialSyncBehavior":"import-prioritize-source",
                   "keySchema":"","syncSecretMetadataAsTags":true,"awsKmsKeyId":"x"},
                 "destinationConfig":{"mappingBehavior":"one-to-one","region":"us-east-1","secretName":""}}""".formatted(CONNECTION)));
        assertThat(create.destinationConfig()).isEqualTo(new DestinationConfig("one-to-one", "us-east-1", null));
        assertThat(create.syncOptions())
                .isEqualTo(new SyncOptions(InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE, "", false, null, null, true));
    }

    @Test
    void the_shortest_request_has_the_defaults() {
        CreateSyncRequest create = requests.create(bytes("""
                {"name":"a","projectId":" P ","connectionId":"%s","environment":"e","secretPath":" /a/ ",
                 "syncOptions":{"initialSyncBehavior":"overwrite-destination"},
                 "destinationConfig":{"mappingBehavior":"one-to-one","region":"us-east-1"}}""".formatted(CONNECTION)));
        assertThat(create.autoSyncEnabled()).isTrue();
        assertThat(create.description()).isNull();
        assertThat(create.source()).isEqualTo(new Source("P", "e", "/a"));
        assertThat(create.syncOptions())
                .isEqualTo(new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, null, null, null, null, null));
    }

    /** field, the value put there (N x stands for a text of that length), what is read. */
    @ParameterizedTest
    @DisplayName("U2.2-6: what keyId may be")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name | \"a-1\" | a-1",
                "name | \" a \\u00a0\\ufeff\" | a",
                "name | 256 x | 256 x",
                "environment | 64 x | 64 x",
                "description | null | null",
                "description | \"\" | ``",
                "description | 256 x | 256 x",
                "secretPath | \"/\" | /",
                "secretPath | \"//\" | /",
                "secretPath | \"/a/b/\" | /a/b",
                "secretPath | \"a\" | a",
                "isAutoSyncEnabled | false | false",
                "syncOptions.keySchema | \"\" | ``",
                "syncOptions.keySchema | \" {{secretKey}} \" | {{secretKey}}",
                "syncOptions.keySchema | \"/a-_9/{{environment}}/{{environment}}{{secretKey}}Z\""
                        + " | /a-_9/{{environment}}/{{environment}}{{secretKey}}Z",
                "syncOptions.keyId | \"arn:aws:kms:us-east-1:1:key/a-b_c\" | arn:aws:kms:us-east-1:1:key/a-b_c",
                "syncOptions.keyId | 256 x | 256 x",
                "syncOptions.disableSecretDeletion | false | false",
                "syncOptions.tags | [] | []",
                "syncOptions.tags | [{\"key\":\"Ünï 東1_.:/=+-@\",\"value\":\"\"}] | [Tag[key=Ünï 東1_.:/=+-@, value=]]",
                "syncOptions.initialSyncBehavior | \"import-prioritize-destination\" | IMPORT_PRIORITIZE_DESTINATION",
                "destinationConfig.region | \"eu-central-1\" | eu-central-1",
                "destinationConfig.secretName | \"aZ9/_+=.@-\" | aZ9/_+=.@-",
                "destinationConfig.secretName | 256 x | 256 x",
                "destinationConfig.mappingBehavior | \"per-team\" | per-team",
                "destinationConfig.mappingBehavior | \"one-to-one\" | one-to-one",
                "Name | 5 | -",
                "syncOptions.unknown | {} | -"
            })
    void what_is_allowed(String field, String value, String read) {
        String expected = read.endsWith(" x") ? "x".repeat(number(read)) : read;
        CreateSyncRequest create = requests.create(bytes(with(field, json(value))));
        Object actual = Map.<String, Supplier<Object>>ofEntries(
                        Map.entry("name", create::name),
                        Map.entry("environment", create::environment),
                        Map.entry("description", create::description),
                        Map.entry("secretPath", create::secretPath),
                        Map.entry("isAutoSyncEnabled", create::autoSyncEnabled),
                        Map.entry("syncOptions.keySchema", create.syncOptions()::keySchema),
                        Map.entry("syncOptions.keyId", create.syncOptions()::keyId),
                        Map.entry("syncOptions.disableSecretDeletion", create.syncOptions()::disableSecretDeletion),
                        Map.entry("syncOptions.tags", create.syncOptions()::tags),
                        Map.entry("syncOptions.initialSyncBehavior", create.syncOptions()::initialSyncBehavior),
                        Map.entry("destinationConfig.region", create.destinationConfig()::region),
                        Map.entry("destinationConfig.secretName", create.destinationConfig()::secretName),
                        Map.entry("destinationConfig.mappingBehavior", create.destinationConfig()::mappingBehavior))
                .getOrDefault(field, () -> "-")
                .get();
        assertThat(String.valueOf(actual)).isEqualTo(expected);
        // The white space of a schema is JavaScript's; that of Java's patterns is less.
        String spaced = value.replace("\\u00a0\\ufeff", " ");
        assertThat(Contract.requestProblems("createAwsSecretsManagerSecretSync", with(field, json(spaced))))
                .as("config/openapi.yaml allows it too")
                .isEmpty();
    }

    /** field, the value put there, code, path, message. */
    @ParameterizedTest
    @DisplayName("U2.1-1: destinationConfig and options are refused in upstream's words; U2.2-1: initialSyncBehavior "
            + "is required")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "name ; - ; invalid_type ; name ; Required",
                "name ; null ; invalid_type ; name ; Expected string, received null",
                "name ; 5 ; invalid_type ; name ; Expected string, received number",
                "name ; [] ; invalid_type ; name ; Expected string, received array",
                "name ; \" \" ; too_small ; name ; name field must be at least 1 lowercase character",
                "name ; 257 x ; too_big ; name ; name field must be at most 256 lowercase characters",
                "name ; \"A\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "name ; \"a_b\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "name ; \"a.b\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "name ; \"a--b\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "name ; \"-a\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "name ; \"a-\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "name ; \"ä\" ; custom ; name ; name field can only contain lowercase letters, numbers, and hyphens",
                "projectId ; null ; invalid_type ; projectId ; Expected string, received null",
                "projectId ; 5 ; invalid_type ; projectId ; Expected string, received number",
                "connectionId ; null ; invalid_type ; connectionId ; Expected string, received null",
                "connectionId ; 5 ; invalid_type ; connectionId ; Expected string, received number",
                "environment ; null ; invalid_type ; environment ; Expected string, received null",
                "environment ; 5 ; invalid_type ; environment ; Expected string, received number",
                "secretPath ; null ; invalid_type ; secretPath ; Expected string, received null",
                "secretPath ; 5 ; invalid_type ; secretPath ; Expected string, received number",
                "environment ; - ; invalid_type ; environment ; Required",
                "environment ; \"a--b\" ; custom ; environment ; environment field can only contain lowercase letters, numbers, and hyphens",
                "secretPath ; \"\" ; too_small ; secretPath ; Secret path required",
                "projectId ; \"\" ; too_small ; projectId ; Project ID required",
                "syncOptions ; null ; invalid_type ; syncOptions ; Expected object, received null",
                "syncOptions ; \"x\" ; invalid_type ; syncOptions ; Expected object, received string",
                "syncOptions.initialSyncBehavior ; null ; invalid_type ; syncOptions,initialSyncBehavior ; Expected 'overwrite-destination' | 'import-prioritize-source' | 'import-prioritize-destination', received null",
                "syncOptions.initialSyncBehavior ; 5 ; invalid_type ; syncOptions,initialSyncBehavior ; Expected 'overwrite-destination' | 'import-prioritize-source' | 'import-prioritize-destination', received number",
                "syncOptions.keySchema ; 5 ; invalid_type ; syncOptions,keySchema ; Expected string, received number",
                "syncOptions.disableSecretDeletion ; null ; invalid_type ; syncOptions,disableSecretDeletion ; Expected boolean, received null",
                "syncOptions.disableSecretDeletion ; \"true\" ; invalid_type ; syncOptions,disableSecretDeletion ; Expected boolean, received string",
                "syncOptions.syncSecretMetadataAsTags ; \"false\" ; invalid_type ; syncOptions,syncSecretMetadataAsTags ; Expected boolean, received string",
                "syncOptions.syncSecretMetadataAsTags ; 0 ; invalid_type ; syncOptions,syncSecretMetadataAsTags ; Expected boolean, received number",
                "syncOptions.keyId ; null ; invalid_type ; syncOptions,keyId ; Expected string, received null",
                "syncOptions.keyId ; 5 ; invalid_type ; syncOptions,keyId ; Expected string, received number",
                "syncOptions.tags ; null ; invalid_type ; syncOptions,tags ; Expected array, received null",
                "syncOptions.tags ; \"x\" ; invalid_type ; syncOptions,tags ; Expected array, received string",
                "syncOptions.tags ; [{\"key\":null,\"value\":\"\"}] ; invalid_type ; syncOptions,tags,0,key ; Expected string, received null",
                "syncOptions.tags ; [{\"key\":5,\"value\":\"\"}] ; invalid_type ; syncOptions,tags,0,key ; Expected string, received number",
                "syncOptions.tags ; [{\"key\":\"a\",\"value\":null}] ; invalid_type ; syncOptions,tags,0,value ; Expected string, received null",
                "syncOptions.tags ; [{\"key\":\"a\",\"value\":true}] ; invalid_type ; syncOptions,tags,0,value ; Expected string, received boolean",
                "destinationConfig ; null ; invalid_type ; destinationConfig ; Expected object, received null",
                "destinationConfig ; [] ; invalid_type ; destinationConfig ; Expected object, received array",
                "destinationConfig.region ; null ; invalid_type ; destinationConfig,region ; Expected 'eu-central-1' | 'us-east-1', received null",
                "destinationConfig.region ; \"US-EAST-1\" ; invalid_enum_value ; destinationConfig,region ; Invalid enum value. Expected 'eu-central-1' | 'us-east-1', received 'US-EAST-1'",
                "destinationConfig.mappingBehavior ; null ; invalid_union_discriminator ; destinationConfig,mappingBehavior ; Invalid discriminator value. Expected 'one-to-one' | 'many-to-one' | 'per-team'",
                "destinationConfig.secretName ; null ; invalid_type ; destinationConfig,secretName ; Expected string, received null",
                "destinationConfig.secretName ; 5 ; invalid_type ; destinationConfig,secretName ; Expected string, received number",
                "projectId ; - ; invalid_type ; projectId ; Required",
                "projectId ; \"  \" ; too_small ; projectId ; Project ID required",
                "description ; 257 x ; too_big ; description ; Description cannot exceed 256 characters",
                "description ; true ; invalid_type ; description ; Expected string, received boolean",
                "description ; \"\\u0000\" ; custom ; description ; Text must not contain U+0000 or unpaired surrogates",
                "description ; \"\\ud800\" ; custom ; description ; Text must not contain U+0000 or unpaired surrogates",
                "connectionId ; - ; invalid_type ; connectionId ; Required",
                "connectionId ; \"x\" ; invalid_string ; connectionId ; Invalid uuid",
                "connectionId ; \"1-1-1-1-1\" ; invalid_string ; connectionId ; Invalid uuid",
                "environment ; \"\" ; too_small ; environment"
                        + " ; environment field must be at least 1 lowercase character",
                "environment ; 65 x ; too_big ; environment"
                        + " ; environment field must be at most 64 lowercase characters",
                "environment ; \"Dev\" ; custom ; environment"
                        + " ; environment field can only contain lowercase letters, numbers, and hyphens",
                "secretPath ; - ; invalid_type ; secretPath ; Required",
                "secretPath ; \" \" ; too_small ; secretPath ; Secret path required",
                "isAutoSyncEnabled ; \"true\" ; invalid_type ; isAutoSyncEnabled ; Expected boolean, received string",
                "isAutoSyncEnabled ; null ; invalid_type ; isAutoSyncEnabled ; Expected boolean, received null",
                "syncOptions ; - ; invalid_type ; syncOptions ; Required",
                "syncOptions ; [] ; invalid_type ; syncOptions ; Expected object, received array",
                "syncOptions.initialSyncBehavior ; - ; invalid_type ; syncOptions,initialSyncBehavior ; Required",
                "syncOptions.initialSyncBehavior ; \"x\" ; invalid_enum_value ; syncOptions,initialSyncBehavior ; Invalid"
                        + " enum value. Expected 'overwrite-destination' | 'import-prioritize-source' |"
                        + " 'import-prioritize-destination', received 'x'",
                "syncOptions.keySchema ; null ; invalid_type ; syncOptions,keySchema"
                        + " ; Expected string, received null",
                "syncOptions.disableSecretDeletion ; 1 ; invalid_type ; syncOptions,disableSecretDeletion"
                        + " ; Expected boolean, received number",
                "syncOptions.syncSecretMetadataAsTags ; null ; invalid_type ; syncOptions,syncSecretMetadataAsTags"
                        + " ; Expected boolean, received null",
                "syncOptions.keyId ; \"\" ; too_small ; syncOptions,keyId ; Invalid KMS Key ID",
                "syncOptions.keyId ; 257 x ; too_big ; syncOptions,keyId ; Invalid KMS Key ID",
                "syncOptions.keyId ; \"a b\" ; custom ; syncOptions,keyId ; Invalid KMS Key ID",
                "syncOptions.tags ; {} ; invalid_type ; syncOptions,tags ; Expected array, received object",
                "syncOptions.tags ; [5] ; invalid_type ; syncOptions,tags,0 ; Expected object, received number",
                "syncOptions.tags ; [{\"key\":\"a\",\"value\":\"\"},{\"value\":\"\"}] ; invalid_type"
                        + " ; syncOptions,tags,1,key ; Required",
                "syncOptions.tags ; [{\"key\":\"a\"}] ; invalid_type ; syncOptions,tags,0,value ; Required",
                "syncOptions.tags ; [{\"key\":\"\",\"value\":\"\"}] ; too_small ; syncOptions,tags,0,key"
                        + " ; Tag key required",
                "syncOptions.tags ; [{\"key\":\"a\",\"value\":\"\"},{\"key\":\"a\",\"value\":\"b\"}] ; custom"
                        + " ; syncOptions,tags ; Tag keys must be unique",
                "destinationConfig ; - ; invalid_type ; destinationConfig ; Required",
                "destinationConfig ; \"x\" ; invalid_type ; destinationConfig ; Expected object, received string",
                "destinationConfig.region ; - ; invalid_type ; destinationConfig,region ; Required",
                "destinationConfig.region ; 1 ; invalid_type ; destinationConfig,region"
                        + " ; Expected 'eu-central-1' | 'us-east-1', received number",
                "destinationConfig.region ; \"x\" ; invalid_enum_value ; destinationConfig,region"
                        + " ; Invalid enum value. Expected 'eu-central-1' | 'us-east-1', received 'x'",
                "destinationConfig.mappingBehavior ; - ; invalid_union_discriminator"
                        + " ; destinationConfig,mappingBehavior"
                        + " ; Invalid discriminator value. Expected 'one-to-one' | 'many-to-one' | 'per-team'",
                "destinationConfig.mappingBehavior ; 1 ; invalid_union_discriminator"
                        + " ; destinationConfig,mappingBehavior"
                        + " ; Invalid discriminator value. Expected 'one-to-one' | 'many-to-one' | 'per-team'",
                "destinationConfig.secretName ; - ; invalid_type ; destinationConfig,secretName ; Required",
                "destinationConfig.secretName ; \"\" ; too_small ; destinationConfig,secretName"
                        + " ; Secret name is required",
                "destinationConfig.secretName ; 257 x ; too_big ; destinationConfig,secretName"
                        + " ; Secret name cannot exceed 256 characters",
                "destinationConfig.secretName ; \"a b\" ; custom ; destinationConfig,secretName"
                        + " ; Secret name must contain only alphanumeric characters and the characters /_+=.@-",
                "syncOptions.sharding ; null ; invalid_type ; syncOptions,sharding ; Expected boolean, received null",
                "syncOptions.sharding ; true ; custom ; syncOptions,sharding"
                        + " ; Sharding is for an object that holds nothing but this sync's keys: it needs initialSyncBehavior"
                        + " overwrite-destination, and deletion enabled.",
                "syncOptions.syncSecretMetadataAsTags ; true ; custom ; ``"
                        + " ; Syncing secret metadata is not supported with \"Many-to-One\" mapping behavior."
            })
    void what_is_not_allowed(String field, String value, String code, String path, String message) {
        Issue issue = onlyIssue(with(field, json(value)));
        assertThat(issue.code()).isEqualTo(code);
        assertThat(issue.message()).isEqualTo(message);
        assertThat(issue.path().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .isEqualTo(path);
        boolean canBeSaidInASchema = !message.startsWith("Text must not") && !message.equals("Tag keys must be unique");
        assertThat(Contract.requestProblems("createAwsSecretsManagerSecretSync", with(field, json(value)))
                        .isEmpty())
                .as("config/openapi.yaml refuses it too")
                .isEqualTo(!canBeSaidInASchema);
    }

    @Test
    void shardingIsForManyToOne() {
        String sharding = with("syncOptions", "{\"initialSyncBehavior\":\"overwrite-destination\",\"sharding\":true}");
        assertThat(requests.create(bytes(sharding)).syncOptions().sharded()).isTrue();
        assertThat(Contract.requestProblems("createAwsSecretsManagerSecretSync", sharding))
                .isEmpty();

        String oneToOne = Bodies.with(sharding, "destinationConfig.mappingBehavior", "\"one-to-one\"");
        Issue issue = onlyIssue(oneToOne);
        assertThat(issue.path()).containsExactly("syncOptions", "sharding");
        assertThat(issue.message()).contains("Many-to-One");
        assertThat(Contract.requestProblems("createAwsSecretsManagerSecretSync", oneToOne))
                .isNotEmpty();
    }

    @ParameterizedTest
    @DisplayName("U2.2-2: what a key schema may hold")
    @ValueSource(
            strings = {
                "x",
                "{{environment}}",
                "{{ secretKey }}",
                "{{secretKey}}{{secretKey}}",
                "{{secretKey}}.",
                "{{secretKey}} a",
                "{{secretKey}}{{secretPath}}",
                "{{secretKey}}{{env{{environment}}ironment}}",
                "{{env{{secretKey}}ironment}}",
                "{{secretKey}}{",
                "{{secretKey}}é",
                "{{SECRETKEY}}"
            })
    void what_is_no_key_schema(String schema) {
        Issue issue = onlyIssue(with("syncOptions.keySchema", "\"" + schema + "\""));
        assertThat(issue).isEqualTo(new Issue("custom", List.of("syncOptions", "keySchema"), KEY_SCHEMA, Map.of()));
        assertThat(Contract.requestProblems(
                        "createAwsSecretsManagerSecretSync", with("syncOptions.keySchema", "\"" + schema + "\"")))
                .as("config/openapi.yaml refuses it too")
                .isNotEmpty();
    }

    @Test
    @DisplayName("U2.2-4: a key schema has at most 255 characters")
    void a_key_schema_has_at_most_255_characters() {
        String longest = "x".repeat(255 - "{{secretKey}}".length()) + "{{secretKey}}";
        assertThat(requests.create(bytes(with("syncOptions.keySchema", "\"" + longest + "\"")))
                        .syncOptions()
                        .keySchema())
                .isEqualTo(longest);
        assertThat(onlyIssue(with("syncOptions.keySchema", "\"x" + longest + "\"")))
                .isEqualTo(new Issue(
                        "too_big",
                        List.of("syncOptions", "keySchema"),
                        "String must contain at most 255 character(s)",
                        Map.of("maximum", 255, "type", "string", "inclusive", true, "exact", false)));
    }

    @Test
    @DisplayName("U2.2-8: lengths, characters and number of tags")
    void tags_have_lengths_and_characters() {
        String path = "syncOptions.tags";
        requests.create(bytes(with(path, tags(1, "k".repeat(128), "v".repeat(256)))));
        assertThat(onlyIssue(with(path, tags(1, "k".repeat(129), ""))).message())
                .isEqualTo("Tag key cannot exceed 128 characters");
        assertThat(onlyIssue(with(path, tags(1, "k", "v".repeat(257)))).message())
                .isEqualTo("Tag value cannot exceed 256 characters");
        assertThat(onlyIssue(with(path, tags(1, "k&", ""))).message())
                .isEqualTo("Invalid tag key: keys" + TAG_CHARACTERS);
        assertThat(onlyIssue(with(path, tags(1, "k", "a&b"))).message())
                .isEqualTo("Invalid tag value: tag values" + TAG_CHARACTERS);

        requests.create(bytes(with(path, tags(50, "k", ""))));
        assertThat(onlyIssue(with(path, tags(51, "k", ""))))
                .isEqualTo(new Issue(
                        "too_big",
                        List.of("syncOptions", "tags"),
                        "Array must contain at most 50 element(s)",
                        Map.of("maximum", 50, "type", "array", "inclusive", true, "exact", false)));
    }

    @Test
    void an_endless_list_gets_no_endless_answer() {
        String body = with("syncOptions.tags", "[" + "0,".repeat(100_000) + "0]");
        assertThat(issues(body)).hasSize(51);
    }

    @Test
    void details_are_those_of_zod() {
        assertThat(onlyIssue(with("name", null)).details())
                .isEqualTo(Map.of("expected", "string", "received", "undefined"));
        assertThat(onlyIssue(with("name", "\"\"")).details())
                .isEqualTo(Map.of("minimum", 1, "type", "string", "inclusive", true, "exact", false));
        assertThat(onlyIssue(with("connectionId", "\"\"")).details()).isEqualTo(Map.of("validation", "uuid"));
        assertThat(onlyIssue(with("destinationConfig.region", "\"x\"")).details())
                .isEqualTo(Map.of("received", "x", "options", List.of("eu-central-1", "us-east-1")));
        assertThat(onlyIssue(with("destinationConfig.mappingBehavior", "\"x\"")).details())
                .isEqualTo(Map.of("options", List.of("one-to-one", "many-to-one", "per-team")));
        assertThat(onlyIssue(with("name", "\"" + "X".repeat(100) + "\"")).details())
                .isEmpty();
    }

    @Test
    void a_long_refused_name_is_quoted_in_part() {
        Issue issue = onlyIssue(with("destinationConfig.region", "\"" + "x".repeat(5000) + "\""));
        assertThat(issue.message()).hasSizeLessThan(300);
        assertThat(issue.details().get("received")).isEqualTo("x".repeat(100) + "…");
    }

    @Test
    void every_issue_is_told_and_a_text_can_have_several() {
        assertThat(issues(with("name", "\"" + "A".repeat(257) + "\""))).hasSize(2);
        assertThat(issues("{}"))
                .extracting(issue -> issue.path().get(0))
                .containsExactly(
                        "name",
                        "projectId",
                        "connectionId",
                        "environment",
                        "secretPath",
                        "syncOptions",
                        "destinationConfig");
        assertThat(issues(Examples.CREATE
                        .replace("\"us-east-1\"", "\"x\"")
                        .replace("many-to-one", "y")
                        .replace("prod/app", "")))
                .extracting(Issue::code)
                .containsExactly("invalid_union_discriminator", "invalid_enum_value");
    }

    @Test
    void a_body_must_be_an_object() {
        for (String body : List.of("[]", "null", "5", "\"x\"", "", " ")) {
            List<Issue> issues = issues(body);
            assertThat(issues).hasSize(1);
            assertThat(issues.get(0).path()).isEmpty();
            assertThat(issues.get(0).details()).containsEntry("expected", "object");
        }
        assertThat(catchThrowableOfType(ValidationException.class, () -> requests.create(null))
                        .issues())
                .hasSize(1);
    }

    @Test
    void a_teams_mapping_does_with_or_without_a_secret_name() {
        String body = with("destinationConfig.mappingBehavior", "\"per-team\"");
        assertThat(requests.create(bytes(body)).destinationConfig().secretName())
                .isEqualTo("prod/app");
        assertThat(requests.create(bytes(body.replace("\"prod/app\"", "\"\"")))
                        .destinationConfig()
                        .secretName())
                .isNull();
        assertThat(onlyIssue(body.replace("prod/app", "a b")).message()).startsWith("Secret name must contain");
    }

    @Test
    void an_update_may_have_nothing() {
        UpdateSyncRequest update = requests.update(bytes("{\"ID\":\"x\",\"projectId\":5}"));
        assertThat(update).isEqualTo(new UpdateSyncRequest(null, Patch.absent(), null, null, null, null, null, null));
        SecretSync current = Examples.manyToOne();
        assertThat(update.applyTo(current)).isEqualTo(current);
    }

    @Test
    void an_update_replaces_options_and_destination_whole() {
        UpdateSyncRequest update = requests.update(bytes("""
                {"name":"n","description":null,"environment":"prod","secretPath":"/x/","isAutoSyncEnabled":false,
                 "syncOptions":{"initialSyncBehavior":"import-prioritize-source"},
                 "destinationConfig":{"mappingBehavior":"one-to-one","region":"eu-central-1","secretName":"y"}}"""));
        SecretSync updated = update.applyTo(Examples.manyToOne());
        assertThat(updated)
                .isEqualTo(new SecretSync(
                        SYNC,
                        "n",
                        null,
                        new Source("P", "prod", "/x"),
                        new Destination(CONNECTION, "eu-central-1", "one-to-one", null),
                        new SyncOptions(InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE, null, null, null, null, null),
                        false,
                        true));
    }

    @Test
    void an_update_of_the_options_alone_keeps_what_has_been_synced() {
        UpdateSyncRequest update =
                requests.update(bytes("{\"syncOptions\":{\"initialSyncBehavior\":\"overwrite-destination\"}}"));
        assertThat(update.applyTo(Examples.manyToOne()).initial()).isFalse();
        UpdateSyncRequest moved = requests.update(bytes("{\"connectionId\":\"00000000-0000-4000-8000-0000000000ff\"}"));
        assertThat(moved.applyTo(Examples.manyToOne()).initial()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{`name`:null} | name | Expected string, received null",
                "{`name`:`A`} | name | name field can only contain lowercase letters, numbers, and hyphens",
                "{`secretPath`:``} | secretPath | Invalid secret path",
                "{`connectionId`:``} | connectionId | Invalid uuid",
                "{`environment`:``} | environment | environment field must be at least 1 lowercase character",
                "{`isAutoSyncEnabled`:null} | isAutoSyncEnabled | Expected boolean, received null",
                "{`description`:5} | description | Expected string, received number",
                "{`syncOptions`:{}} | syncOptions,initialSyncBehavior | Required",
                "{`syncOptions`:null} | syncOptions | Expected object, received null",
                "{`destinationConfig`:{`mappingBehavior`:`one-to-one`}} | destinationConfig,region | Required"
            })
    void what_an_update_may_not_have(String body, String path, String message) {
        ValidationException invalid =
                catchThrowableOfType(ValidationException.class, () -> requests.update(bytes(body.replace('`', '"'))));
        assertThat(invalid.issues()).hasSize(1);
        assertThat(invalid.issues().get(0).message()).isEqualTo(message);
        assertThat(invalid.issues().get(0).path().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .isEqualTo(path);
    }

    @Test
    @DisplayName("U5.2-12: PATCH to many-to-one without syncOptions is judged by the stored ones")
    void an_update_to_many_to_one_without_options_is_judged_by_the_kept_options() {
        String manyToOne =
                "\"destinationConfig\":{\"mappingBehavior\":\"many-to-one\",\"region\":\"us-east-1\",\"secretName\":\"x\"}";
        String metadata =
                "\"syncOptions\":{\"initialSyncBehavior\":\"overwrite-destination\",\"syncSecretMetadataAsTags\":true}";
        UpdateSyncRequest update = requests.update(bytes("{" + manyToOne + "}"));
        assertThat(update.applyTo(Examples.manyToOne()).destination().secretName())
                .isEqualTo("x");
        assertThatThrownBy(() -> update.applyTo(Examples.oneToOne())).isInstanceOf(ValidationException.class);

        UpdateSyncRequest options = requests.update(bytes("{" + metadata + "}"));
        assertThat(options.applyTo(Examples.oneToOne()).options().metadataAsTags())
                .isTrue();
        assertThatThrownBy(() -> options.applyTo(Examples.manyToOne())).isInstanceOf(ValidationException.class);

        assertThatThrownBy(() -> requests.update(bytes("{" + manyToOne + "," + metadata + "}")))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void check_destination_takes_any_destination() {
        String asTerraform = """
                {"App":"aws-secrets-manager","destinationConfig":{"mappingBehavior":"one-to-one","region":"us-east-1",
                 "secretName":""},"excludeSyncId":"%s","projectId":"%s"}""".formatted(SYNC, CONNECTION);
        assertThat(requests.checkDestination(bytes(asTerraform)))
                .isEqualTo(new CheckDestinationRequest(
                        CONNECTION.toString(), null, SYNC, "one-to-one", "us-east-1", null));
        assertThat(requests.checkDestination(bytes(
                                asTerraform.replace("one-to-one", "many-to-one").replace("\"\"", "\"a\"")))
                        .secretName())
                .isEqualTo("a");
        for (String config : List.of("null", "5", "{}", "[]", "{\"region\":5,\"mappingBehavior\":{}}")) {
            CheckDestinationRequest check = requests.checkDestination(
                    bytes("{\"destinationConfig\":" + config + ",\"projectId\":\"" + SYNC + "\"}"));
            assertThat(check).isEqualTo(new CheckDestinationRequest(SYNC.toString(), null, null, null, null, null));
        }
        assertThat(catchThrowableOfType(
                                ValidationException.class,
                                () -> requests.checkDestination(bytes("{\"projectId\":\"\",\"connectionId\":5}")))
                        .issues())
                .extracting(Issue::message)
                .containsExactly("Invalid uuid", "Expected string, received number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "projectId=P | P",
                "a=b&projectId=%20P%20&c | P",
                "projectId=a+b%2B%c3%a4 | a b+ä",
                "projectId=100% | 100%"
            })
    void the_project_of_a_query(String query, String projectId) {
        assertThat(requests.projectId(query)).isEqualTo(projectId);
    }

    @Test
    void parameters_have_issues_like_fields() {
        assertThat(parameter(() -> requests.projectId(null)).message()).isEqualTo("Required");
        assertThat(parameter(() -> requests.projectId("projectid=P")).path()).isEqualTo(List.of("projectId"));
        assertThat(parameter(() -> requests.projectId("projectId=")).message()).isEqualTo("Project ID required");
        assertThat(parameter(() -> requests.projectId("projectId=a&projectId=b&projectId=c"))
                        .message())
                .isEqualTo("Expected string, received array");
        assertThat(parameter(() -> requests.projectId("projectId=%00")).code()).isEqualTo("custom");

        assertThat(requests.removeSecrets(null)).isFalse();
        assertThat(requests.removeSecrets("removeSecrets=false")).isFalse();
        assertThat(requests.removeSecrets("removeSecrets=true")).isTrue();
        assertThat(parameter(() -> requests.removeSecrets("removeSecrets=1")).message())
                .isEqualTo("Invalid enum value. Expected 'true' | 'false', received '1'");

        assertThat(requests.importBehavior("importBehavior=prioritize-source"))
                .isEqualTo(InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE);
        assertThat(requests.importBehavior("importBehavior=prioritize-destination"))
                .isEqualTo(InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION);
        assertThat(parameter(() -> requests.importBehavior("")).path()).isEqualTo(List.of("importBehavior"));
        assertThat(parameter(() -> requests.importBehavior("importBehavior=overwrite-destination"))
                        .code())
                .isEqualTo("invalid_enum_value");

        assertThat(requests.syncId(SYNC.toString())).isEqualTo(SYNC);
        assertThat(parameter(() -> requests.syncId("options")).path()).isEqualTo(List.of("syncId"));
        assertThat(requests.syncName("%20a%2Fb%20")).isEqualTo("a/b");
        assertThat(parameter(() -> requests.syncName("%20")).message()).isEqualTo("Sync name required");
    }

    private static Issue parameter(ThrowingCallable read) {
        List<Issue> issues =
                catchThrowableOfType(ValidationException.class, read).issues();
        assertThat(issues).hasSize(1);
        return issues.get(0);
    }

    private Issue onlyIssue(String body) {
        List<Issue> issues = issues(body);
        assertThat(issues).hasSize(1);
        return issues.get(0);
    }

    private List<Issue> issues(String body) {
        return catchThrowableOfType(ValidationException.class, () -> requests.create(bytes(body)))
                .issues();
    }

    private static String tags(int count, String key, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"key\":\"" + (i == 0 ? key : key + i) + "\",\"value\":\"" + value + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String json(String value) {
        if (value.equals("-")) {
            return null;
        }
        return value.endsWith(" x") ? "\"" + "x".repeat(number(value)) + "\"" : value;
    }

    private static int number(String lengthAndLetter) {
        return Integer.parseInt(lengthAndLetter.substring(0, lengthAndLetter.indexOf(' ')));
    }

    /** The complete request with another value in a field, or without it where the value is null. */
    private static String with(String field, String json) {
        return Bodies.with(Examples.CREATE, field, json);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
