package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest extends KmsTestCase {
    @Test
    void lists_secrets_with_the_documented_fields() throws Exception {
        String tag = kms.addTag(shop, "red");
        set("/api", "KEY", "value");
        kms.setComment(shop, "prod", "/api", "KEY", "why");
        kms.setTags(shop, "prod", "/api", "KEY", tag);
        kms.setMetadata(shop, "prod", "/api", "KEY", Metadata.of("team", "a"), Metadata.encrypted("pin", "1234"));
        JsonNode secret = list("/api/", "").body().at("/secrets/0");
        assertThat(secret.fieldNames())
                .toIterable()
                .contains(
                        "id",
                        "_id",
                        "workspace",
                        "environment",
                        "version",
                        "type",
                        "secretKey",
                        "secretValue",
                        "secretComment",
                        "secretReminderNote",
                        "secretReminderRepeatDays",
                        "skipMultilineEncoding",
                        "createdAt",
                        "updatedAt",
                        "actor",
                        "isRotatedSecret",
                        "secretPath",
                        "secretValueHidden",
                        "secretMetadata",
                        "tags");
        assertThat(secret.get("_id")).isEqualTo(secret.get("id"));
        assertThat(secret.get("workspace").asText()).isEqualTo(shop.id());
        assertThat(secret.get("version").isInt()).isTrue();
        assertThat(secret.get("version").asInt()).isEqualTo(4);
        assertThat(secret.get("secretComment").asText()).isEqualTo("why");
        assertThat(secret.get("secretPath").asText()).isEqualTo("/api");
        assertThat(secret.get("secretValueHidden").asBoolean()).isFalse();
        assertThat(secret.get("updatedAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(each(secret.get("secretMetadata"), "value")).containsExactly("a", "1234");
        assertThat(each(secret.get("secretMetadata"), "isEncrypted")).containsExactly("false", "true");
        assertThat(secret.at("/tags/0/name").asText()).isEqualTo("red");
        assertThat(secret.at("/tags/0/slug").asText()).isEqualTo("red");
    }

    @Test
    void v4_expands_and_imports_unless_told_not_to() throws Exception {
        set("/", "A", "a");
        set("/", "B", "${A}b");
        set("/other", "C", "c");
        importInto("/", "/other");
        Answer byDefault = list("/", "");
        assertThat(each(byDefault.body().get("secrets"), "secretValue")).containsExactly("a", "ab");
        assertThat(byDefault.body().get("imports")).hasSize(1);
        Answer plain = list("/", "&expandSecretReferences=false&includeImports=false");
        assertThat(each(plain.body().get("secrets"), "secretValue")).containsExactly("a", "${A}b");
        assertThat(plain.body().get("imports")).isEmpty();
        assertThat(list("/", "&include_imports=false").body().get("imports")).hasSize(1);
    }

    @Test
    void v3_neither_expands_nor_imports_unless_told_to() throws Exception {
        set("/", "A", "a");
        set("/", "B", "${A}b");
        set("/other", "C", "c");
        importInto("/", "/other");
        Answer byDefault = listV3("/", "");
        assertThat(each(byDefault.body().get("secrets"), "secretValue")).containsExactly("a", "${A}b");
        assertThat(byDefault.body().get("imports")).isEmpty();
        assertThat(listV3("/", "&includeImports=true").body().get("imports")).isEmpty();
        Answer asked = listV3("/", "&expandSecretReferences=true&include_imports=true");
        assertThat(each(asked.body().get("secrets"), "secretValue")).containsExactly("a", "ab");
        assertThat(asked.body().get("imports")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "viewSecretValue",
                "expandSecretReferences",
                "recursive",
                "includePersonalOverrides",
                "includeImports"
            })
    void booleans_are_spelled_out(String parameter) throws Exception {
        for (String wrong : new String[] {"1", "True", ""}) {
            Answer answer = list("/", "&" + parameter + "=" + wrong);
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.error()).isEqualTo("ValidationFailure");
            assertThat(answer.body().get("message").isArray()).isTrue();
            assertThat(answer.body().at("/message/0/path/0").asText()).isEqualTo(parameter);
            assertThat(answer.body().at("/message/0/code").asText()).isNotEmpty();
        }
        assertThat(list("/", "&" + parameter + "=true").status()).isEqualTo(200);
    }

    @Test
    void a_project_is_named_by_id_and_in_v3_also_by_slug() throws Exception {
        set("/", "A", "a");
        assertThat(get("/api/v3/secrets/raw?workspaceId=&workspaceSlug=shop&environment=prod")
                        .status())
                .isEqualTo(200);
        assertThat(get("/api/v3/secrets/raw?workspaceSlug=&environment=prod&workspaceId=" + shop.id())
                        .status())
                .isEqualTo(200);
        for (String incomplete : new String[] {
            "/api/v4/secrets?environment=prod",
            "/api/v4/secrets?environment=prod&workspaceSlug=shop",
            "/api/v4/secrets?projectId=" + shop.id(),
            "/api/v3/secrets/raw?environment=prod"
        }) {
            Answer answer = get(incomplete);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).isEqualTo("Missing project id or environment");
        }
        assertThat(get("/api/v4/secrets?projectId=shop&environment=prod").status())
                .isEqualTo(404);
    }

    @Test
    void a_missing_folder_or_environment_is_404_or_in_older_builds_empty() throws Exception {
        Answer missing = list("/nowhere", "");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.error()).isEqualTo("SecretPathNotFound");
        assertThat(missing.body().get("reqId").asText()).matches("req-.{14}");
        assertThat(missing.body().get("statusCode").asInt()).isEqualTo(404);
        Answer environment = get("/api/v4/secrets?environment=nope&projectId=" + shop.id());
        assertThat(environment.error()).isEqualTo("SecretPathNotFound");
        assertThat(listV3("/nowhere", "").error()).isEqualTo("SecretPathNotFound");

        kms.setMissingFolderIsEmpty(true);
        Answer older = list("/nowhere", "");
        assertThat(older.status()).isEqualTo(200);
        assertThat(older.response().body()).isEqualTo("{\"secrets\":[],\"imports\":[]}");
    }

    @Test
    void who_may_only_describe_sees_a_mask() throws Exception {
        set("/", "A", "a");
        token = kms.tokenFor(kms.addIdentity("looker", "s", Grant.describe(shop)));
        JsonNode hidden = list("/", "").body().at("/secrets/0");
        assertThat(hidden.get("secretValueHidden").asBoolean()).isTrue();
        assertThat(hidden.get("secretValue").asText()).isEqualTo("<hidden-by-kms>");
        JsonNode single = get("/api/v4/secrets/A?environment=prod&projectId=" + shop.id())
                .body()
                .get("secret");
        assertThat(single.get("secretValueHidden").asBoolean()).isTrue();
    }

    @Test
    void values_are_hidden_when_not_asked_for() throws Exception {
        set("/", "A", "a");
        JsonNode hidden = list("/", "&viewSecretValue=false").body().at("/secrets/0");
        assertThat(hidden.get("secretValueHidden").asBoolean()).isTrue();
        assertThat(hidden.get("secretValue").asText()).isEqualTo("<hidden-by-kms>");
    }

    @Test
    void who_may_not_even_describe_is_refused_with_details() throws Exception {
        set("/mine", "A", "a");
        token = kms.tokenFor(kms.addIdentity("narrow", "s", Grant.read(shop).in("prod", "/mine")));
        assertThat(list("/mine", "").status()).isEqualTo(200);
        Answer denied = list("/", "");
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.error()).isEqualTo("PermissionDenied");
        assertThat(denied.message()).startsWith("You are not allowed to ");
        assertThat(denied.body().at("/details/0/subject").asText()).isEqualTo("secrets");
        assertThat(get("/api/v4/secrets?environment=dev&projectId=" + shop.id()).status())
                .isEqualTo(403);
    }

    @Test
    void recursive_adds_subfolders_as_far_as_they_may_be_seen() throws Exception {
        set("/", "A", "root");
        set("/x", "A", "x");
        set("/x/y", "A", "y");
        set("/z", "A", "z");
        assertThat(each(list("/x", "&recursive=true").body().get("secrets"), "secretPath"))
                .containsExactly("/x", "/x/y");
        assertThat(each(list("/", "&recursive=true").body().get("secrets"), "secretPath"))
                .containsExactly("/", "/x", "/x/y", "/z");
        assertThat(each(list("/", "").body().get("secrets"), "secretPath")).containsExactly("/");
    }

    @Test
    void tags_and_unencrypted_metadata_filter() throws Exception {
        String red = kms.addTag(shop, "red");
        String blue = kms.addTag(shop, "blue");
        set("/", "A", "a");
        set("/", "B", "b");
        set("/", "C", "c");
        kms.setTags(shop, "prod", "/", "A", red);
        kms.setTags(shop, "prod", "/", "B", blue);
        kms.setMetadata(shop, "prod", "/", "A", Metadata.of("k", "1"), Metadata.of("l", "2"));
        kms.setMetadata(shop, "prod", "/", "B", Metadata.of("k", "1"));
        kms.setMetadata(shop, "prod", "/", "C", Metadata.encrypted("k", "1"));
        assertThat(keys("&tagSlugs=red")).containsExactly("A");
        assertThat(keys("&tagSlugs=red,blue")).containsExactly("A", "B");
        assertThat(keys("&metadataFilter=" + encoded("key=k,value=1"))).containsExactly("A", "B");
        assertThat(keys("&metadataFilter=" + encoded("key=k,value=1|key=l,value=2")))
                .containsExactly("A");
        assertThat(keys("&metadataFilter=" + encoded("key=k,value=1|key=l"))).containsExactly("A", "B");
        String eleven = "key=k,value=1" + "|key=k,value=1".repeat(10);
        assertThat(list("/", "&metadataFilter=" + encoded(eleven)).status()).isEqualTo(422);
    }

    private Iterable<String> keys(String more) throws Exception {
        return each(list("/", more).body().get("secrets"), "secretKey");
    }

    @Test
    void personal_secrets_appear_to_their_owner_only() throws Exception {
        Identity ann = kms.addUser("ann", Grant.read(shop));
        set("/", "A", "shared");
        kms.setPersonalSecret(shop, "prod", "/", "A", ann, "of ann");
        assertThat(each(list("/", "&includePersonalOverrides=true").body().get("secrets"), "secretValue"))
                .containsExactly("shared");
        assertThat(each(listV3("/", "").body().get("secrets"), "secretValue")).containsExactly("shared");
        token = kms.tokenFor(ann);
        assertThat(each(list("/", "").body().get("secrets"), "secretValue")).containsExactly("shared");
        assertThat(each(list("/", "&includePersonalOverrides=true").body().get("secrets"), "secretValue"))
                .containsExactly("of ann");
        assertThat(each(listV3("/", "").body().get("secrets"), "type")).containsExactly("shared", "personal");
    }

    @Test
    void answers_carry_a_strong_tag_and_repeat_as_304() throws Exception {
        set("/", "A", "a");
        Answer first = list("/", "");
        byte[] sha1 = MessageDigest.getInstance("SHA-1")
                .digest(first.response().body().getBytes(StandardCharsets.UTF_8));
        String tag = '"' + Base64.getEncoder().encodeToString(sha1) + '"';
        assertThat(first.header("ETag")).isEqualTo(tag);

        String url = "/api/v4/secrets?environment=prod&projectId=" + shop.id();
        for (String known : new String[] {tag, "W/" + tag}) {
            Answer same = get(url, "If-None-Match", known);
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.response().body()).isEmpty();
            assertThat(same.header("ETag")).isEqualTo(tag);
        }
        kms.setComment(shop, "prod", "/", "A", "changed");
        Answer changed = get(url, "If-None-Match", tag);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isNotEqualTo(tag);
    }

    @Test
    void every_get_is_conditional() throws Exception {
        set("/x", "A", "a");
        for (String path : new String[] {
            "/api/v1/projects",
            "/api/v1/projects/" + shop.id(),
            "/api/v2/folders?path=/&environment=prod&projectId=" + shop.id(),
            "/api/v2/secret-imports?path=/x&environment=prod&projectId=" + shop.id(),
            "/api/v3/secrets/raw/A?secretPath=/x&environment=prod&workspaceId=" + shop.id()
        }) {
            Answer first = get(path);
            assertThat(first.status()).as(path).isEqualTo(200);
            assertThat(get(path, "If-None-Match", first.header("ETag")).status())
                    .as(path)
                    .isEqualTo(304);
        }
    }

    @Test
    void reads_one_secret_by_name_id_and_version() throws Exception {
        set("/", "A B.%", "old");
        set("/", "A B.%", "new");
        String url = "/api/v4/secrets/" + encoded("A B.%") + "?environment=prod&projectId=" + shop.id();
        JsonNode secret = get(url).body().get("secret");
        assertThat(secret.get("secretValue").asText()).isEqualTo("new");
        assertThat(get(url + "&version=1").body().at("/secret/secretValue").asText())
                .isEqualTo("old");
        assertThat(get(url + "&version=3").status()).isEqualTo(404);
        assertThat(get("/api/v4/secrets/id/" + secret.get("id").asText())
                        .body()
                        .at("/secret/secretKey")
                        .asText())
                .isEqualTo("A B.%");
        assertThat(get("/api/v4/secrets/NONE?environment=prod&projectId=" + shop.id())
                        .status())
                .isEqualTo(404);
        assertThat(get("/api/v4/secrets/id/none").status()).isEqualTo(404);
    }

    @Test
    void one_secret_may_come_from_the_last_import_that_has_it() throws Exception {
        set("/a", "DUP", "first");
        set("/b", "DUP", "second");
        importInto("/", "/a");
        importInto("/", "/b");
        String v4 = "/api/v4/secrets/DUP?environment=prod&projectId=" + shop.id();
        assertThat(get(v4).body().at("/secret/secretValue").asText()).isEqualTo("second");
        assertThat(get(v4 + "&includeImports=false").status()).isEqualTo(404);
        String v3 = "/api/v3/secrets/raw/DUP?environment=prod&workspaceId=" + shop.id();
        assertThat(get(v3).status()).isEqualTo(404);
        assertThat(get(v3 + "&include_imports=true").status()).isEqualTo(200);
    }

    @Test
    void rights_are_enforced_for_each_kind_of_write() throws Exception {
        set("/", "A", "a");
        token = kms.tokenFor(kms.addIdentity(
                "creator", "s", Grant.of(shop, Set.of(Right.DESCRIBE, Right.READ_VALUE, Right.CREATE))));
        assertThat(write("POST", "/api/v4/secrets/B", "'secretValue':'b'").status())
                .isEqualTo(200);
        assertThat(write("PATCH", "/api/v4/secrets/A", "'secretValue':'b'").error())
                .isEqualTo("PermissionDenied");
        assertThat(write("DELETE", "/api/v4/secrets/A", "").error()).isEqualTo("PermissionDenied");
        token = kms.tokenFor(kms.addIdentity("reader", "s", Grant.read(shop)));
        assertThat(write("POST", "/api/v4/secrets/C", "'secretValue':'c'").error())
                .isEqualTo("PermissionDenied");
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A", "B").containsEntry("A", "a");
    }
}
