package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.Rejection.Kind;
import ai.hanzo.kms.secretsync.sync.Source;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KmsDescribeTest {
    private static final String FOLDERS = "GET /api/v2/folders";

    private final ScriptedKms kms = new ScriptedKms()
            .on(
                    "GET /api/v1/projects/p1",
                    Answer.json(
                            200,
                            "{'project':{'id':'p1','name':'Demo','slug':'demo','orgId':'o1',"
                                    + "'environments':[{'id':'e1','slug':'prod','name':'Production'}]}}"))
            .on("GET /api/v2/secret-imports", Answer.json(200, "{'secretImports':[]}"));
    private final KmsSource source = kms.source();

    @AfterEach
    void stop() {
        kms.close();
    }

    private void children(Map<String, String> byPath) {
        kms.on(FOLDERS, asked -> {
            String folders = byPath.get(asked.query().get("path"));
            return folders == null
                    ? Answer.error(404, "NotFound", "Folder with path not found")
                    : Answer.json(200, "{'folders':[" + folders + "]}");
        });
    }

    private static String folder(String id, String name, String parent) {
        return "{'id':'" + id + "','name':'" + name + "','parentId':'" + parent + "','envId':'e1'}";
    }

    private String folderId(String path) {
        return source.describe(new Source("p1", "prod", path)).folder().id();
    }

    private Rejection rejection(String environment, String path) {
        Rejection e = catchThrowableOfType(Rejection.class, () -> source.describe(new Source("p1", environment, path)));
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void everySegmentIsLookedFor() {
        children(Map.of(
                "/",
                folder("fa", "a", "root"),
                "/a",
                folder("fx", "x", "fa") + "," + folder("fb", "b", "fa"),
                "/a/b",
                folder("fc", "c", "fb")));
        SourceLocation location = source.describe(new Source("p1", "prod", "/a/b/c"));
        assertThat(location.folder()).isEqualTo(new SourceLocation.Folder("fc", "/a/b/c"));
        assertThat(location.environment()).isEqualTo(new KmsProject.Environment("e1", "prod", "Production"));
        assertThat(location.project().orgId()).isEqualTo("o1");
        assertThat(kms.asked(FOLDERS)).hasSize(3);
        assertThat(kms.asked(FOLDERS).get(2).query())
                .isEqualTo(Map.of("projectId", "p1", "environment", "prod", "path", "/a/b"));
    }

    @Test
    void foldersAreThoseBelowThePathAndNobodyElses() {
        children(Map.of(
                "/",
                folder("fa", "a", "root"),
                "/a",
                folder("fz", "z", "fa") + "," + folder("fb", "b", "fa") + "," + folder("fx", "x", "other") + ","
                        + folder("fr", "__reserved", "fa").replace("}", ",'isReserved':true}")));
        KmsProject project = source.project("p1").orElseThrow();

        assertThat(source.folders(project, new Source("p1", "prod", "/a"))).containsExactly("b", "z");
        assertThat(source.folders(project, new Source("p1", "prod", "/"))).containsExactly("a");
    }

    @Test
    void theChildrenOfSomebodyElseAreNoProof() {
        // An unknown path may list the parent's children (upstream issue 3297): /a/a is not there.
        children(Map.of("/", folder("fa", "a", "root"), "/a", folder("fa", "a", "root")));
        assertThat(rejection("prod", "/a/a").kind()).isEqualTo(Kind.BAD_REQUEST);
    }

    @Test
    void anotherEnvironmentsFolderIsNoProof() {
        children(Map.of("/", "{'id':'fa','name':'a','parentId':'root','envId':'e2'}"));
        assertThat(rejection("prod", "/a").kind()).isEqualTo(Kind.BAD_REQUEST);
    }

    @Test
    void whatIsMissingIsToldInUpstreamsWords() {
        children(Map.of("/", folder("fa", "a", "root")));
        String words = "Could not find folder with path \"%s\" in environment \"%s\" for project with ID \"p1\"";
        assertThat(rejection("prod", "/nope")).hasMessage(words.formatted("/nope", "prod"));
        assertThat(rejection("prod", "/a/b")).hasMessage(words.formatted("/a/b", "prod"));
        assertThat(rejection("dev", "/a")).hasMessage(words.formatted("/a", "dev"));
        assertThat(rejection("dev", "/a").kind()).isEqualTo(Kind.BAD_REQUEST);
    }

    @Test
    void theRootIsItsChildrensParent() {
        children(Map.of("/", folder("fa", "a", "root-id")));
        assertThat(folderId("/")).isEqualTo("root-id");
    }

    @Test
    void orHasItsImports() {
        children(Map.of("/", ""));
        kms.on(
                "GET /api/v2/secret-imports",
                Answer.json(200, "{'secretImports':[{'id':'i','folderId':'root-id','importPath':'/x'}]}"));
        assertThat(folderId("/")).isEqualTo("root-id");
    }

    @Test
    void orAnIdOfOurOwnThatIsAlwaysTheSame() {
        children(Map.of("/", ""));
        String id = folderId("/");
        assertThat(UUID.fromString(id).version()).isEqualTo(5);
        assertThat(UUID.fromString(id).variant()).isEqualTo(2);
        assertThat(kms.source().describe(new Source("p1", "prod", "/")).folder().id())
                .isEqualTo(id);
        kms.on("GET /api/v2/secret-imports", Answer.error(403, "PermissionDenied", "x"));
        assertThat(folderId("/")).isEqualTo(id);
        assertThat(KmsUuid.of("p1", "e2", "/")).isNotEqualTo(UUID.fromString(id));
    }

    @Test
    void anOlderKmsHasTheOlderCall() {
        kms.on("GET /api/v1/folders", Answer.json(200, "{'folders':[" + folder("fa", "a", "root") + "]}"));
        assertThat(folderId("/a")).isEqualTo("fa");
        assertThat(kms.asked("GET /api/v1/folders").get(0).query()).containsEntry("workspaceId", "p1");
    }

    @Test
    void aServiceThatIsNoMemberSaysSo() {
        kms.on("GET /api/v1/projects/p1", Answer.error(403, "ForbiddenError", "not a member"));
        assertThat(rejection("prod", "/").kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(rejection("prod", "/")).hasMessageContaining("Add the identity to the project, or correct the id");
    }

    @Test
    void troubleIsNoMissingFolder() {
        kms.on(FOLDERS, Answer.error(500, "InternalServerError", "x"));
        assertThat(rejection("prod", "/a").kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        kms.on(FOLDERS, Answer.error(403, "PermissionDenied", "You are not allowed"));
        assertThat(rejection("prod", "/a").kind()).isEqualTo(Kind.FORBIDDEN);
    }
}
