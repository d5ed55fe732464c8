package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What upstream takes for a source, seen at the destination: folders, references and line breaks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamSourceTest {
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void asUsual() {
        service.kms.setMissingReferenceIsEmpty(false);
    }

    @Test
    @DisplayName(
            "U3.1-2: sub-folders are not read; U2.2-11: differs: recursive, as includeAllSubFolders was called first, is "
                    + "stripped like every option that is not documented (promise 2)")
    void subFoldersStayOut() {
        operations.folder("top", Map.of("A", "1"));
        operations.folder("top/sub", Map.of("B", "2"));
        Map<String, Object> body = manual(service.oneToOne(connection, "/top", "top/{{secretKey}}"));
        RunningService.options(body).put("recursive", true);

        String id = synced(body);

        assertThat(service.aws.value("top/A")).isEqualTo("1");
        assertThat(service.aws.secrets()).noneMatch(secret -> secret.name().endsWith("B"));
        JsonNode options = operations.sync(id).path("syncOptions");
        assertThat(options.has("recursive")).isFalse();
    }

    @Test
    @DisplayName("U3.1-3: references are expanded, also into other folders and environments")
    void referencesAreExpanded() {
        service.kms.addFolder(service.project, "prod", "/other");
        service.kms.setSecret(service.project, "prod", "/other", "PORT", "5432");
        operations.folder("expanded", Map.of("HOST", "db", "URL", "pg://${HOST}:${prod.other.PORT}"));

        synced(manual(service.oneToOne(connection, "/expanded", "expanded/{{secretKey}}")));

        assertThat(service.aws.value("expanded/URL")).isEqualTo("pg://db:5432");
    }

    @Test
    @DisplayName("U3.1-4: differs: a value that became empty because its reference leads nowhere neither writes nor "
            + "deletes (promise 1)")
    void aReferenceThatLeadsNowhereLosesNothing() {
        service.kms.setMissingReferenceIsEmpty(true);
        operations.folder("nowhere", Map.of("HOST", "db", "URL", "${HOST}"));
        String id = synced(manual(service.oneToOne(connection, "/nowhere", "nowhere/{{secretKey}}")));
        service.kms.setSecret(service.project, "dev", "/nowhere", "URL", "${GONE}");
        service.aws.clearJournal();

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(operations.writes()).isEmpty();
        assertThat(service.aws.value("nowhere/URL")).isEqualTo("db");
        JsonNode skipped = operations.plan(id).path("skipped");
        assertThat(skipped.findValuesAsText("name")).containsExactly("nowhere/URL");
    }

    @Test
    @DisplayName("U3.1-6: line breaks are encoded only where a reference was expanded and the flag is set")
    void lineBreaksAreEncodedWhereAReferenceWasExpanded() {
        operations.folder(
                "lines", Map.of("PEM", "one\ntwo", "RAW", "${PEM}", "FLAGGED", "${PEM}", "FLAGGED_TEXT", "one\ntwo"));
        for (String key : new String[] {"FLAGGED", "FLAGGED_TEXT"}) {
            service.kms.setSkipMultilineEncoding(service.project, "dev", "/lines", key, true);
        }

        synced(manual(service.oneToOne(connection, "/lines", "lines/{{secretKey}}")));

        for (String raw : new String[] {"PEM", "RAW", "FLAGGED_TEXT"}) {
            assertThat(service.aws.value("lines/" + raw)).as(raw).isEqualTo("one\ntwo");
        }
        assertThat(service.aws.value("lines/FLAGGED")).isEqualTo("\"one\\ntwo\"");
    }

    @Test
    @DisplayName("U4-20: a change of what is referred to is followed")
    void aChangeOfWhatIsReferredToIsFollowed() {
        operations.folder("referred", Map.of("HOST", "db-1"));
        operations.folder("referring", Map.of("URL", "pg://${dev.referred.HOST}"));
        JsonNode sync = service.created(service.oneToOne(connection, "/referring", "referring/{{secretKey}}"));
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.value("referring/URL")).isEqualTo("pg://db-1");

        service.kms.setSecret(service.project, "dev", "/referred", "HOST", "db-2");

        Operations.await(() -> "pg://db-2".equals(service.aws.value("referring/URL")));
    }

    @Test
    @DisplayName("U4-24: sync and secrets stay when the folder goes; differs: folderId stays what it was, for a KMS in "
            + "trouble looks the same (promise 1)")
    void syncAndSecretsStayWhenTheFolderGoes() {
        operations.folder("goes", Map.of("A", "1"));
        String id = synced(service.oneToOne(connection, "/goes", "goes/{{secretKey}}"));
        JsonNode before = operations.sync(id);

        service.kms.deleteFolder(service.project, "dev", "/goes");
        operations.awaitPolls(2);

        assertThat(operations.sync(id).path("folderId")).isEqualTo(before.path("folderId"));
        assertThat(service.aws.value("goes/A")).isEqualTo("1");
        assertThat(operations.secret("goes/A").isDeleted()).isFalse();
        // Without its secrets it can be deleted; their removal needs no source.
        assertThat(service.api().send("DELETE", SYNCS + id, null).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("U5.2-13: a description of 256 characters is stored")
    void aDescriptionOf256CharactersIsStored() {
        Map<String, Object> body = manual(service.oneToOne(connection, "/", "described/{{secretKey}}"));
        body.put("description", "€".repeat(256));

        String id = service.create(body);

        assertThat(operations.sync(id).path("description").textValue()).isEqualTo("€".repeat(256));
    }

    private String synced(Map<String, Object> body) {
        String id = service.create(body);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }
}
