package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WritingTest extends KmsTestCase {
    private static final String BATCH = "/api/v4/secrets/batch";

    private Answer create(String name, String fields) throws Exception {
        return write("POST", "/api/v4/secrets/" + encoded(name), fields);
    }

    @Test
    void creates_updates_renames_and_deletes_one_secret() throws Exception {
        Answer created = create("A", "'secretValue':'1','secretComment':' c '");
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.body().at("/secret/version").asInt()).isEqualTo(1);
        assertThat(created.body().at("/secret/secretComment").asText()).isEqualTo("c");
        assertThat(created.body().at("/secret/actor/actorType").asText()).isEqualTo("identity");

        Answer updated = write("PATCH", "/api/v4/secrets/A", "'secretValue':'2','newSecretName':'B'");
        assertThat(updated.body().at("/secret/version").asInt()).isEqualTo(2);
        assertThat(updated.body().at("/secret/secretComment").asText()).isEqualTo("c");
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("B").containsEntry("B", "2");

        Answer deleted = write("DELETE", "/api/v4/secrets/B", "");
        assertThat(deleted.body().at("/secret/secretKey").asText()).isEqualTo("B");
        assertThat(kms.secrets(shop, "prod", "/")).isEmpty();
    }

    @Test
    void v3_does_the_same() throws Exception {
        String where = "{'workspaceId':'" + shop.id() + "','environment':'prod'";
        String one = "/api/v3/secrets/raw/A";
        assertThat(send("POST", one, where + ",'secretValue':'1'}").status()).isEqualTo(200);
        assertThat(send("PATCH", one, where + ",'secretValue':'2'}").status()).isEqualTo(200);
        assertThat(get(one + "?environment=prod&workspaceId=" + shop.id())
                        .body()
                        .at("/secret/secretValue")
                        .asText())
                .isEqualTo("2");
        assertThat(send("DELETE", one, where + "}").status()).isEqualTo(200);

        String many = "/api/v3/secrets/batch/raw";
        String items = ",'secrets':[{'secretKey':'B','secretValue':'b'}]}";
        assertThat(send("POST", many, where + items).body().get("secrets")).hasSize(1);
        assertThat(send("PATCH", many, where + items).status()).isEqualTo(200);
        assertThat(send("DELETE", many, where + items).status()).isEqualTo(200);
        assertThat(send("POST", many, "{'projectSlug':'shop','environment':'prod'" + items)
                        .status())
                .isEqualTo(200);
        assertThat(send("POST", one, "{'projectId':'" + shop.id() + "','environment':'prod','secretValue':'1'}")
                        .status())
                .isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '  a b  ', 'a b'
            'a\\n', 'a\\n'
            ' a \\n\\n\\n', 'a\\n'
            '\\ta\\r\\n', 'a\\n'
            '\\na\\r', 'a'
            'a\\n ', 'a'
            '\\u00a0a\\ufeff', 'a'
            '\\n', '\\n'
            '   ', ''
            """)
    void values_are_trimmed_but_for_one_newline_at_the_end(String sent, String kept) throws Exception {
        String expected = JSON.readValue('"' + kept + '"', String.class);
        create("ONE", "'secretValue':'" + sent + "'");
        write("POST", BATCH, "'secrets':[{'secretKey':'MANY','secretValue':'" + sent + "'}]");
        create("CHANGED", "'secretValue':'x'");
        write("PATCH", "/api/v4/secrets/CHANGED", "'secretValue':'" + sent + "'");
        set("/", "SEEDED", JSON.readValue('"' + sent + '"', String.class));
        assertThat(kms.secrets(shop, "prod", "/").values()).hasSize(4).containsOnly(expected);
    }

    @Test
    void comments_and_metadata_are_trimmed() throws Exception {
        create("A", "'secretValue':'a','secretMetadata':[{'key':' k ','value':' v ','isEncrypted':true}]");
        assertThat(kms.metadata(shop, "prod", "/", "A")).containsExactly(Metadata.encrypted("k", "v"));
    }

    @Test
    void metadata_has_limits() throws Exception {
        for (String pair : List.of(
                "'key':''", "'key':'" + "k".repeat(256) + "'", "'key':'k','value':'" + "v".repeat(1021) + "'")) {
            Answer answer = create("A", "'secretValue':'a','secretMetadata':[{" + pair + "}]");
            assertThat(answer.status()).isEqualTo(422);
        }
        String longest = "'key':'" + "k".repeat(255) + "','value':'" + "v".repeat(1020) + "'";
        assertThat(create("A", "'secretValue':'a','secretMetadata':[{" + longest + "}]")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void patching_keeps_tags_and_metadata_unless_they_are_named() throws Exception {
        String tag = kms.addTag(shop, "red");
        create("A", "'secretValue':'a','tagIds':['" + tag + "'],'secretMetadata':[{'key':'k','value':'v'}]");
        Answer kept = write("PATCH", "/api/v4/secrets/A", "'secretValue':'b'");
        assertThat(kept.body().at("/secret/tags")).hasSize(1);
        assertThat(kept.body().at("/secret/secretMetadata")).hasSize(1);
        Answer cleared = write("PATCH", "/api/v4/secrets/A", "'tagIds':[],'secretMetadata':[]");
        assertThat(cleared.body().at("/secret/tags")).isEmpty();
        assertThat(cleared.body().at("/secret/secretMetadata")).isEmpty();
        assertThat(cleared.body().at("/secret/secretValue").asText()).isEqualTo("b");
        assertThat(write("PATCH", "/api/v4/secrets/A", "'tagIds':['none']").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A:B", "A/B", " "})
    void names_have_rules(String name) throws Exception {
        assertThat(create(name, "'secretValue':'x'").status()).isEqualTo(422);
        String item = "'secrets':[{'secretKey':'OK','secretValue':'x'},{'secretKey':'" + name + "','secretValue':'x'}]";
        assertThat(write("POST", BATCH, item).status()).isEqualTo(422);
        assertThat(write("PATCH", BATCH, "'mode':'upsert'," + item).status()).isEqualTo(422);
        set("/", "A", "a");
        assertThat(write("PATCH", "/api/v4/secrets/A", "'newSecretName':'" + name + "'")
                        .status())
                .isEqualTo(422);
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A");
    }

    @Test
    void names_are_trimmed_and_may_hold_blanks_and_dots() throws Exception {
        assertThat(create(" a.b c-d ", "'secretValue':'x'").status()).isEqualTo(200);
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("a.b c-d");
    }

    @Test
    void a_project_can_enforce_upper_case_and_encrypted_metadata() throws Exception {
        kms.enforceUpperCaseNames(shop, true);
        Answer lower = create("lower", "'secretValue':'x'");
        assertThat(lower.status()).isEqualTo(400);
        assertThat(lower.message()).startsWith("Secret name must be in UPPERCASE per project requirements");
        kms.enforceEncryptedMetadata(shop, true);
        String metadata = "'secretValue':'x','secretMetadata':[{'key':'k','value':'v','isEncrypted':%s}]";
        assertThat(create("A", metadata.formatted("false")).status()).isEqualTo(400);
        assertThat(create("A", metadata.formatted("true")).status()).isEqualTo(200);
    }

    @Test
    void duplicates_are_400_and_write_nothing() throws Exception {
        set("/", "A", "a");
        set("/", "B", "b");
        Answer one = create("A", "'secretValue':'x'");
        assertThat(one.status()).isEqualTo(400);
        assertThat(one.error()).isEqualTo("BadRequest");
        assertThat(one.message()).isEqualTo("Secret already exists");
        Answer many = write(
                "POST",
                BATCH,
                "'secrets':[{'secretKey':'NEW','secretValue':'x'},{'secretKey':'A','secretValue':'x'},"
                        + "{'secretKey':'B','secretValue':'x'}]");
        assertThat(many.status()).isEqualTo(400);
        assertThat(many.message()).isEqualTo("Secret already exists: A,B");
        assertThat(write("PATCH", "/api/v4/secrets/A", "'newSecretName':'B'").status())
                .isEqualTo(400);
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A", "B").containsEntry("A", "a");
    }

    @Test
    void missing_secrets_are_404() throws Exception {
        Answer update = write("PATCH", "/api/v4/secrets/NONE", "'secretValue':'x'");
        assertThat(update.status()).isEqualTo(404);
        assertThat(update.error()).isEqualTo("UpdateSecret");
        assertThat(update.message()).isEqualTo("Secret with name NONE not found");
        assertThat(write("DELETE", "/api/v4/secrets/NONE", "").status()).isEqualTo(404);
    }

    @Test
    void missing_folders_are_404_by_the_name_of_the_operation() throws Exception {
        String in = "'secretPath':'/none'";
        String items = in + ",'secrets':[{'secretKey':'A','secretValue':'x'}]";
        assertThat(create("A", in + ",'secretValue':'x'").error()).isEqualTo("CreateSecret");
        assertThat(write("PATCH", "/api/v4/secrets/A", in).error()).isEqualTo("UpdateSecret");
        assertThat(write("POST", BATCH, items).error()).isEqualTo("CreateManySecret");
        Answer answer = write("PATCH", BATCH, items);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.error()).isEqualTo("UpdateManySecret");
        assertThat(answer.message()).isEqualTo("Folder with path '/none' in environment with slug 'prod' not found");
    }

    @Test
    void a_batch_update_fails_upserts_or_ignores_what_is_missing() throws Exception {
        set("/", "A", "old");
        String items = "'secrets':[{'secretKey':'A','secretValue':'new'},{'secretKey':'B','secretValue':'b'},"
                + "{'secretKey':'C','secretValue':'c'}]";
        Answer failed = write("PATCH", BATCH, items);
        assertThat(failed.status()).isEqualTo(404);
        assertThat(failed.message()).isEqualTo("Secret does not exist: B, C in path /");
        assertThat(stored("/", "A")).isEqualTo("old");

        Answer ignored = write("PATCH", BATCH, "'mode':'ignore'," + items);
        assertThat(each(ignored.body().get("secrets"), "secretKey")).containsExactly("A");
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A").containsEntry("A", "new");

        Answer upserted = write("PATCH", BATCH, "'mode':'upsert'," + items);
        assertThat(each(upserted.body().get("secrets"), "version")).containsExactly("3", "1", "1");
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A", "B", "C");

        assertThat(write("PATCH", BATCH, "'mode':'other'," + items).status()).isEqualTo(422);
        assertThat(write("PATCH", BATCH, "'secrets':[]").status()).isEqualTo(422);
    }

    @Test
    void items_of_a_batch_update_may_name_their_own_folder() throws Exception {
        set("/", "A", "a");
        set("/x", "A", "a");
        write("PATCH", BATCH, "'secrets':[{'secretKey':'A','secretValue':'new','secretPath':'/x'}]");
        assertThat(stored("/", "A")).isEqualTo("a");
        assertThat(stored("/x", "A")).isEqualTo("new");
    }

    @Test
    void upserting_needs_the_right_to_create() throws Exception {
        set("/", "A", "a");
        token = kms.tokenFor(
                kms.addIdentity("editor", "s", Grant.of(shop, Set.of(Right.DESCRIBE, Right.READ_VALUE, Right.EDIT))));
        String items = "'mode':'upsert','secrets':[{'secretKey':'A','secretValue':'new'},{'secretKey':'B'}]";
        assertThat(write("PATCH", BATCH, items).error()).isEqualTo("PermissionDenied");
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A").containsEntry("A", "a");
    }

    @Test
    void a_batch_delete_is_all_or_nothing() throws Exception {
        set("/", "A", "a");
        set("/", "B", "b");
        Answer failed = write("DELETE", BATCH, "'secrets':[{'secretKey':'A'},{'secretKey':'NONE'}]");
        assertThat(failed.status()).isEqualTo(404);
        assertThat(failed.message()).contains("NONE");
        assertThat(kms.secrets(shop, "prod", "/")).hasSize(2);
        assertThat(write("DELETE", BATCH, "'secrets':[{'secretKey':'A'},{'secretKey':'B'}]")
                        .status())
                .isEqualTo(200);
        assertThat(kms.secrets(shop, "prod", "/")).isEmpty();
    }

    @Test
    void rotated_secrets_keep_their_value_without_a_word() throws Exception {
        set("/", "A", "rotated");
        kms.markRotated(shop, "prod", "/", "A");
        Answer answer = write(
                "PATCH",
                BATCH,
                "'secrets':[{'secretKey':'A','secretValue':'x','newSecretName':'B','secretComment':'c'}]");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/secrets/0/secretComment").asText()).isEqualTo("c");
        assertThat(answer.body().at("/secrets/0/isRotatedSecret").asBoolean()).isTrue();
        assertThat(write("PATCH", "/api/v4/secrets/A", "'secretValue':'x'").status())
                .isEqualTo(200);
        assertThat(write("PATCH", "/api/v4/secrets/A", "'newSecretName':'B'").status())
                .isEqualTo(400);
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A").containsEntry("A", "rotated");
    }

    @Test
    void an_approval_is_a_200_that_changes_nothing() throws Exception {
        set("/", "A", "a");
        kms.setApprovals(true);
        for (Answer answer : List.of(
                create("B", "'secretValue':'b'"),
                write("PATCH", BATCH, "'mode':'upsert','secrets':[{'secretKey':'A','secretValue':'x'}]"),
                write("DELETE", "/api/v4/secrets/A", ""))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().at("/approval/id").asText()).isNotEmpty();
            assertThat(answer.body().at("/approval/status").asText()).isEqualTo("open");
            assertThat(answer.body().has("secret") || answer.body().has("secrets"))
                    .isFalse();
        }
        assertThat(kms.secrets(shop, "prod", "/")).containsOnlyKeys("A").containsEntry("A", "a");
    }

    @Test
    void machines_have_no_personal_secrets() throws Exception {
        Answer answer = create("A", "'secretValue':'a','type':'personal'");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("Must be user to create personal secret");
        assertThat(create("A", "'secretValue':'a','type':'other'").status()).isEqualTo(422);
    }

    @Test
    void a_value_may_only_refer_to_what_its_writer_may_read() throws Exception {
        set("/theirs", "T", "t");
        set("/mine", "A", "a");
        token = kms.tokenFor(kms.addIdentity("narrow", "s", Grant.write(shop).in("prod", "/mine")));
        String fields = "'secretPath':'/mine','secretValue':";
        assertThat(create("B", fields + "'${prod.theirs.T}'").status()).isEqualTo(403);
        assertThat(create("C", fields + "'${prod.theirs.NONE}${A}'").status()).isEqualTo(200);
        assertThat(kms.secrets(shop, "prod", "/mine")).containsOnlyKeys("A", "C");
    }

    @Test
    void wrong_types_are_422_at_their_place() throws Exception {
        Answer answer = write("POST", BATCH, "'secrets':[{'secretKey':'A','secretValue':1}]");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(each(answer.body().get("message"), "code")).containsExactly("invalid_type");
        assertThat(answer.body().at("/message/0/path").toString()).isEqualTo("[\"secrets\",\"0\",\"secretValue\"]");
        assertThat(create("A", "").status()).isEqualTo(422);
    }

    @Test
    void malformed_empty_and_oversized_bodies_are_500_as_upstream() throws Exception {
        String path = "/api/v4/secrets/A";
        String start = "{'projectId':'" + shop.id() + "','environment':'prod','secretValue':'";
        String end = "'}";
        int room = 1024 * 1024 - start.length() - end.length();
        for (String body : List.of("{", "", start + "x".repeat(room + 1) + end)) {
            Answer answer = send("POST", path, body);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.error()).isEqualTo("InternalServerError");
        }
        assertThat(send("POST", path, start + "x".repeat(room) + end).status()).isEqualTo(200);
    }

    @Test
    void versions_count_and_times_move() throws Exception {
        Answer created = create("A", "'secretValue':'a'");
        kms.advanceClock(Duration.ofHours(1));
        Answer updated = write("PATCH", "/api/v4/secrets/A", "'secretComment':'c'");
        assertThat(updated.body().at("/secret/createdAt"))
                .isEqualTo(created.body().at("/secret/createdAt"));
        assertThat(updated.body().at("/secret/updatedAt").asText())
                .isGreaterThan(created.body().at("/secret/updatedAt").asText());
    }
}
