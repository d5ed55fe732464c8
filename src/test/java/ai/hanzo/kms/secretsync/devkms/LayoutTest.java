package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Projects, folders and secret imports. */
class LayoutTest extends KmsTestCase {
    private static final String FOLDERS = "/api/v2/folders";
    private static final String IMPORTS = "/api/v2/secret-imports";

    private JsonNode folders(String path, String more) throws Exception {
        Answer answer = get(FOLDERS + "?projectId=" + shop.id() + "&environment=prod&path=" + path + more);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().get("folders");
    }

    private JsonNode imports(String path) throws Exception {
        return get(IMPORTS + "?projectId=" + shop.id() + "&environment=prod&path=" + path)
                .body()
                .get("secretImports");
    }

    @Test
    void a_project_is_found_by_id_by_slug_and_in_the_list() throws Exception {
        JsonNode project = get("/api/v1/projects/" + shop.id()).body().get("project");
        assertThat(project.get("slug").asText()).isEqualTo("shop");
        assertThat(project.get("_id")).isEqualTo(project.get("id"));
        assertThat(project.get("orgId").asText()).isEqualTo(acme.id());
        assertThat(project.get("type").asText()).isEqualTo("secret-manager");
        assertThat(each(project.get("environments"), "slug")).containsExactly("dev", "prod");
        assertThat(each(project.get("environments"), "name")).containsExactly("Development", "Production");
        assertThat(each(project.get("environments"), "id")).doesNotContain("").doesNotHaveDuplicates();
        assertThat(get("/api/v1/projects/slug/shop").body()).isEqualTo(project);
        assertThat(get("/api/v2/workspace/shop").body()).isEqualTo(project);
        assertThat(get("/api/v1/workspace/" + shop.id()).body().get("workspace"))
                .isEqualTo(project);
        assertThat(get("/api/v1/projects").body().at("/projects/0")).isEqualTo(project);
        assertThat(get("/api/v1/projects?type=secret-manager").body().get("projects"))
                .hasSize(1);
        assertThat(get("/api/v1/projects?type=ssh").body().get("projects")).isEmpty();
        assertThat(get("/api/v1/projects/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(get("/api/v1/projects/slug/none").status()).isEqualTo(404);
    }

    @Test
    void ids_can_be_fixed() {
        UUID id = UUID.fromString("11111111-2222-3333-4444-555555555555");
        Project fixed = kms.addProject(acme, id, "Fixed", "fixed", "prod");
        assertThat(fixed.id()).isEqualTo(id.toString());
    }

    @Test
    void tags_are_made_and_found() throws Exception {
        String base = "/api/v1/projects/" + shop.id() + "/tags";
        Answer created = send("POST", base, "{'slug':'red','color':'#f00'}");
        assertThat(get(base + "/slug/red").body()).isEqualTo(created.body());
        assertThat(get(base).body().at("/tags/0")).isEqualTo(created.body().get("tag"));
        assertThat(get(base + "/slug/blue").status()).isEqualTo(404);
        assertThat(send("POST", base, "{'slug':'red'}").status()).isEqualTo(400);
    }

    @Test
    void children_of_a_path_are_listed() throws Exception {
        kms.addFolder(shop, "prod", "/a/b/c");
        kms.addFolder(shop, "prod", "/d");
        assertThat(each(folders("/", ""), "name")).containsExactly("a", "d");
        assertThat(each(folders("/a", ""), "name")).containsExactly("b");
        assertThat(each(folders("/", "&recursive=true"), "relativePath")).containsExactly("/a", "/a/b", "/a/b/c", "/d");
        assertThat(each(folders("/a", "&recursive=true"), "relativePath")).containsExactly("/b", "/b/c");
        assertThat(folders("/nowhere", "")).isEmpty();
        JsonNode child = folders("/", "").get(0);
        assertThat(child.fieldNames())
                .toIterable()
                .contains("id", "name", "version", "createdAt", "updatedAt", "envId", "parentId", "isReserved");
        assertThat(get(FOLDERS + "?environment=nope&projectId=" + shop.id()).status())
                .isEqualTo(404);
        assertThat(get(FOLDERS + "?environment=prod").status()).isEqualTo(422);
        Answer v1 = get("/api/v1/folders?directory=/a&environment=prod&workspaceId=" + shop.id());
        assertThat(each(v1.body().get("folders"), "name")).containsExactly("b");
    }

    @Test
    void a_folder_is_found_by_id_and_the_root_by_its_childs_parent() throws Exception {
        String id = kms.addFolder(shop, "prod", "/a/b");
        JsonNode folder = get(FOLDERS + "/" + id).body().get("folder");
        assertThat(folder.get("path").asText()).isEqualTo("/a/b");
        assertThat(folder.get("projectId").asText()).isEqualTo(shop.id());
        assertThat(folder.at("/environment/envSlug").asText()).isEqualTo("prod");
        assertThat(folder.at("/environment/envName").asText()).isEqualTo("Production");
        assertThat(folder.at("/environment/envId").asText())
                .isEqualTo(shop.environment("prod").id());
        assertThat(get("/api/v1/folders/" + id).body().get("folder")).isEqualTo(folder);
        String root = folders("/", "").at("/0/parentId").asText();
        JsonNode rootFolder = get(FOLDERS + "/" + root).body().get("folder");
        assertThat(rootFolder.get("path").asText()).isEqualTo("/");
        assertThat(rootFolder.get("parentId").isNull()).isTrue();
        assertThat(get(FOLDERS + "/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    @Test
    void folders_are_made_renamed_and_deleted() throws Exception {
        Answer created = write("POST", FOLDERS, "'name':'a_1-x','path':'/'");
        String id = created.body().at("/folder/id").asText();
        assertThat(created.body().at("/folder/path").asText()).isEqualTo("/a_1-x");
        assertThat(write("POST", FOLDERS, "'name':'a_1-x'").status()).isEqualTo(400);
        assertThat(write("POST", FOLDERS, "'name':'a/b'").status()).isEqualTo(422);
        assertThat(write("POST", FOLDERS, "'name':'a b'").status()).isEqualTo(422);

        set("/a_1-x", "A", "a");
        assertThat(write("PATCH", FOLDERS + "/" + id, "'name':'b'")
                        .body()
                        .at("/folder/path")
                        .asText())
                .isEqualTo("/b");
        assertThat(stored("/b", "A")).isEqualTo("a");
        assertThat(list("/a_1-x", "").status()).isEqualTo(404);

        assertThat(write("DELETE", FOLDERS + "/b", "'path':'/'").status()).isEqualTo(200);
        assertThat(list("/b", "").status()).isEqualTo(404);
        String again = kms.addFolder(shop, "prod", "/b");
        assertThat(write("DELETE", FOLDERS + "/" + again, "").status()).isEqualTo(200);
        assertThat(write("DELETE", FOLDERS + "/" + again, "").status()).isEqualTo(404);
    }

    @Test
    void folders_tell_when_their_secrets_changed_also_through_imports_and_references() throws Exception {
        kms.addFolder(shop, "prod", "/source");
        kms.addFolder(shop, "prod", "/untouched");
        importInto("/importer", "/source");
        importInto("/second", "/importer");
        set("/referrer", "R", "${prod.source.A}");
        String before = modified("importer");
        kms.advanceClock(Duration.ofHours(1));
        set("/source", "A", "a");
        String after = modified("source");
        assertThat(after).isNotEqualTo(before);
        assertThat(modified("importer")).isEqualTo(after);
        assertThat(modified("second")).isEqualTo(after);
        assertThat(modified("referrer")).isEqualTo(after);
        assertThat(modified("untouched")).isEqualTo("null");
        assertThat(each(folders("/", "&lastSecretModified=" + after), "name"))
                .containsExactly("importer", "referrer", "second", "source");
        assertThat(folders("/", "&lastSecretModified=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(get(FOLDERS + "?environment=prod&lastSecretModified=x&projectId=" + shop.id())
                        .status())
                .isEqualTo(422);
    }

    @Test
    void changes_travel_five_folders_far() throws Exception {
        for (int i = 1; i <= 6; i++) {
            importInto("/f" + i, "/f" + (i - 1));
        }
        kms.advanceClock(Duration.ofHours(1));
        set("/f0", "A", "a");
        assertThat(modified("f5")).isEqualTo(modified("f0"));
        assertThat(modified("f6")).isLessThan(modified("f0"));
    }

    private String modified(String name) throws Exception {
        for (JsonNode folder : folders("/", "")) {
            if (folder.get("name").asText().equals(name)) {
                return folder.get("lastSecretModified").asText();
            }
        }
        throw new AssertionError("No folder " + name);
    }

    @Test
    void imports_are_made_moved_and_deleted() throws Exception {
        for (String path : new String[] {"/a", "/b", "/c", "/d"}) {
            kms.addFolder(shop, "prod", path);
        }
        String first = made("/a");
        made("/b");
        String third = made("/c");
        JsonNode imports = imports("/");
        assertThat(each(imports, "position")).containsExactly("1", "2", "3");
        assertThat(each(imports, "importPath")).containsExactly("/a", "/b", "/c");
        assertThat(imports.at("/0/importEnv/slug").asText()).isEqualTo("prod");
        assertThat(imports.at("/0/importEnv/id").asText())
                .isEqualTo(shop.environment("prod").id());
        assertThat(imports.at("/0/folderId")).isEqualTo(folders("/", "").at("/0/parentId"));

        write("PATCH", IMPORTS + "/" + third, "'import':{'position':1}");
        assertThat(each(imports("/"), "importPath")).containsExactly("/c", "/a", "/b");
        assertThat(each(imports("/"), "position")).containsExactly("1", "2", "3");
        write("PATCH", IMPORTS + "/" + third, "'import':{'path':'/d'}");
        assertThat(each(imports("/"), "importPath")).containsExactly("/d", "/a", "/b");

        assertThat(get(IMPORTS + "/" + first)
                        .body()
                        .at("/secretImport/importPath")
                        .asText())
                .isEqualTo("/a");
        assertThat(write("DELETE", IMPORTS + "/" + first, "").status()).isEqualTo(200);
        assertThat(each(imports("/"), "importPath")).containsExactly("/d", "/b");
        assertThat(get(IMPORTS + "/" + first).status()).isEqualTo(404);
        Answer v1 = get("/api/v1/secret-imports?environment=prod&workspaceId=" + shop.id());
        assertThat(v1.body().get("secretImports")).isEqualTo(imports("/"));
    }

    private String made(String path) throws Exception {
        Answer answer = write("POST", IMPORTS, "'path':'/','import':{'environment':'prod','path':'" + path + "'}");
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().at("/secretImport/id").asText();
    }

    @Test
    void imports_of_nothing_of_oneself_and_twice_are_refused() throws Exception {
        kms.addFolder(shop, "prod", "/a");
        String body = "'import':{'environment':'prod','path':'%s'}";
        assertThat(write("POST", IMPORTS, body.formatted("/none")).status()).isEqualTo(404);
        assertThat(write("POST", IMPORTS, body.formatted("/")).status()).isEqualTo(400);
        made("/a");
        assertThat(write("POST", IMPORTS, body.formatted("/a")).status()).isEqualTo(400);
        assertThat(imports("/")).hasSize(1);
    }

    @Test
    void replicated_imports_are_listed_and_resolved_ones_carry_their_environment() throws Exception {
        set("/a", "A", "a");
        importInto("/", "/a");
        kms.addReplicatedImport(shop, "prod", "/", "dev", "/b");
        assertThat(each(imports("/"), "isReplication")).containsExactly("false", "true");
        JsonNode blocks = get(IMPORTS + "/secrets?environment=prod&projectId=" + shop.id())
                .body()
                .get("secrets");
        assertThat(blocks).hasSize(1);
        assertThat(blocks.at("/0/environmentInfo/name").asText()).isEqualTo("Production");
        assertThat(blocks.at("/0/secrets/0/secretValue").asText()).isEqualTo("a");
    }
}
