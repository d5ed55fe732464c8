package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** A database that is put back to an earlier state finds out what happened since. */
class BackupTest {
    @Test
    void whatHappenedSinceABackupIsFoundOutAndNothingIsWrittenTwice(@TempDir Path directory, @TempDir Path backup)
            throws IOException {
        try (RunningService service = RunningService.start(directory)) {
            Operations operations = new Operations(service);
            operations.folder("backup", Map.of("CHANGED", "1", "GONE", "1", "SAME", "1"));
            String sync =
                    service.create(manual(service.oneToOne(service.connection(), "/backup", "backup/{{secretKey}}")));
            service.run(sync);
            service.stop();
            FileSystemUtils.copyRecursively(directory, backup);
            service.startAgain();
            service.kms.setSecret(service.project, "dev", "/backup", "CHANGED", "2");
            service.kms.setSecret(service.project, "dev", "/backup", "NEW", "1");
            service.kms.deleteSecret(service.project, "dev", "/backup", "GONE");
            service.run(sync);
            service.stop();

            FileSystemUtils.copyRecursively(backup, directory);
            service.startAgain();
            service.aws.clearJournal();

            assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(service.aws.writes()).isEmpty();
            service.kms.setSecret(service.project, "dev", "/backup", "NEW", "2");
            service.kms.deleteSecret(service.project, "dev", "/backup", "CHANGED");
            service.run(sync);
            assertThat(operations.versions("backup/NEW")).isEqualTo(2);
            assertThat(operations.secret("backup/CHANGED").isDeleted()).isTrue();
            assertThat(operations.secret("backup/GONE").isDeleted()).isTrue();
            assertThat(operations.versions("backup/SAME")).isEqualTo(1);
        }
    }
}
