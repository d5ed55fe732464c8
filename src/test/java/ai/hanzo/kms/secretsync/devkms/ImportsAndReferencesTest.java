package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class ImportsAndReferencesTest extends KmsTestCase {
    private JsonNode imports(String path) throws Exception {
        return list(path, "").body().get("imports");
    }

    private String value(String path, String key) throws Exception {
        for (JsonNode secret : list(path, "").body().get("secrets")) {
            if (secret.get("secretKey").asText().equals(key)) {
                return secret.get("secretValue").asText();
            }
        }
        return null;
    }

    @Test
    void overlapping_imports_come_in_the_order_of_their_positions() throws Exception {
        set("/a", "DUP", "first");
        kms.setSecret(shop, "dev", "/b", "DUP", "second");
        importInto("/", "/a");
        kms.addImport(shop, "prod", "/", "dev", "/b");
        JsonNode imports = imports("/");
        assertThat(each(imports, "secretPath")).containsExactly("/a", "/b");
        assertThat(each(imports, "environment")).containsExactly("prod", "dev");
        assertThat(imports.at("/0/secrets/0/secretValue").asText()).isEqualTo("first");
        assertThat(imports.at("/1/secrets/0/secretValue").asText()).isEqualTo("second");
        assertThat(imports.at("/0/folderId").asText()).isEqualTo(kms.addFolder(shop, "prod", "/a"));
    }

    @Test
    void imported_secrets_lack_times_path_and_tags() throws Exception {
        set("/a", "A", "a");
        importInto("/", "/a");
        JsonNode secret = imports("/").at("/0/secrets/0");
        assertThat(secret.get("workspace").asText()).isEmpty();
        assertThat(secret.has("secretKey")).isTrue();
        assertThat(secret.fieldNames()).toIterable().doesNotContain("createdAt", "updatedAt", "secretPath", "tags");
    }

    @Test
    void nested_imports_follow_the_folders_own_secrets_and_circles_end() throws Exception {
        set("/", "ROOT", "r");
        set("/a", "DUP", "own");
        set("/b", "DUP", "nested");
        importInto("/", "/a");
        importInto("/a", "/b");
        importInto("/b", "/");
        importInto("/b", "/a");
        JsonNode imports = imports("/");
        assertThat(imports).hasSize(1);
        assertThat(each(imports.at("/0/secrets"), "secretValue")).containsExactly("own", "nested");
    }

    @Test
    void imports_nest_ten_deep() throws Exception {
        for (int i = 1; i <= 11; i++) {
            set("/f" + i, "K" + i, "v");
            importInto(i == 1 ? "/" : "/f" + (i - 1), "/f" + i);
        }
        assertThat(each(imports("/").at("/0/secrets"), "secretKey"))
                .contains("K10")
                .doesNotContain("K11");
    }

    @Test
    void replicated_imports_are_not_read() throws Exception {
        set("/a", "A", "a");
        kms.addReplicatedImport(shop, "prod", "/", "prod", "/a");
        assertThat(imports("/")).isEmpty();
    }

    @Test
    void what_may_not_be_read_is_dropped_from_imports_without_a_word() throws Exception {
        set("/mine", "A", "a");
        set("/theirs", "B", "b");
        set("/described", "C", "c");
        importInto("/mine", "/theirs");
        importInto("/mine", "/described");
        token = kms.tokenFor(kms.addIdentity(
                "narrow",
                "s",
                Grant.read(shop).in("prod", "/mine"),
                Grant.describe(shop).in("prod", "/described")));
        Answer answer = list("/mine", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(each(answer.body().get("imports"), "secretPath")).containsExactly("/theirs", "/described");
        assertThat(answer.body().at("/imports/0/secrets")).isEmpty();
        assertThat(answer.body().at("/imports/1/secrets")).isEmpty();
        Answer described = list("/mine", "&viewSecretValue=false");
        assertThat(described.body().at("/imports/0/secrets")).isEmpty();
        assertThat(each(described.body().at("/imports/1/secrets"), "secretValueHidden"))
                .containsExactly("true");
    }

    @Test
    void references_reach_the_same_folder_other_environments_and_folders() throws Exception {
        set("/", "A", "a");
        kms.setSecret(shop, "dev", "/", "D", "d");
        kms.setSecret(shop, "dev", "/x/y", "E", "e");
        set("/", "ALL", "<${A}|${dev.D}|${dev.x.y.E}|${NONE}|${@other.dev.D}|$A>");
        assertThat(value("/", "ALL")).isEqualTo("<a|d|e|${NONE}|${@other.dev.D}|$A>");
        kms.setMissingReferenceIsEmpty(true);
        assertThat(value("/", "ALL")).isEqualTo("<a|d|e||${@other.dev.D}|$A>");
    }

    @Test
    void references_are_relative_to_where_they_stand() throws Exception {
        set("/", "HOST", "root");
        set("/x", "HOST", "x");
        set("/x", "URL", "http://${HOST}");
        set("/", "COPY", "${prod.x.URL}");
        assertThat(value("/", "COPY")).isEqualTo("http://x");
    }

    @Test
    void references_go_ten_deep() throws Exception {
        set("/", "K0", "end");
        for (int i = 1; i <= 11; i++) {
            set("/", "K" + i, "${K" + (i - 1) + "}");
        }
        assertThat(value("/", "K10")).isEqualTo("end");
        assertThat(value("/", "K11")).isEqualTo("${K0}");
    }

    @Test
    void circles_of_references_end() throws Exception {
        set("/", "A", "a${B}");
        set("/", "B", "b${A}");
        set("/", "SELF", "${SELF}");
        assertThat(value("/", "A")).isEqualTo("ab${A}");
        assertThat(value("/", "SELF")).isEqualTo("${SELF}");
    }

    @Test
    void an_unreadable_reference_fails_a_direct_secret_and_stays_in_an_imported_one() throws Exception {
        set("/theirs", "T", "t");
        set("/mine", "A", "${prod.theirs.T}");
        set("/mine/sub", "S", "s");
        importInto("/mine/sub", "/mine");
        token = kms.tokenFor(kms.addIdentity("narrow", "s", Grant.read(shop).in("prod", "/mine")));
        Answer direct = list("/mine", "");
        assertThat(direct.status()).isEqualTo(403);
        assertThat(direct.message()).isEqualTo("Failed to expand one or more secret references");
        assertThat(direct.body().get("details")).hasSize(1);
        assertThat(direct.body().at("/details/0").asText()).contains("'T'", "/theirs");
        assertThat(get("/api/v4/secrets/A?secretPath=/mine&environment=prod&projectId=" + shop.id())
                        .status())
                .isEqualTo(403);
        Answer imported = list("/mine/sub", "");
        assertThat(imported.status()).isEqualTo(200);
        assertThat(imported.body().at("/imports/0/secrets/0/secretValue").asText())
                .isEqualTo("${prod.theirs.T}");
        assertThat(list("/mine", "&expandSecretReferences=false").status()).isEqualTo(200);
    }

    @Test
    void newlines_are_encoded_only_where_a_reference_was_replaced_and_the_flag_is_set() throws Exception {
        set("/", "A", "1\n2");
        set("/", "PLAIN", "x\ny");
        set("/", "REF", "${A}\nz");
        set("/", "UNSET", "${A}");
        set("/", "ONE_LINE", "${SHORT}");
        set("/", "SHORT", "s");
        for (String key : new String[] {"PLAIN", "REF", "ONE_LINE"}) {
            kms.setSkipMultilineEncoding(shop, "prod", "/", key, true);
        }
        assertThat(value("/", "PLAIN")).isEqualTo("x\ny");
        assertThat(value("/", "REF")).isEqualTo("\"1\\n2\\nz\"");
        assertThat(value("/", "UNSET")).isEqualTo("1\n2");
        assertThat(value("/", "ONE_LINE")).isEqualTo("s");
    }
}
