package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.audit.AuditEvent;
import ai.hanzo.kms.secretsync.audit.AuditTrail;
import ai.hanzo.kms.secretsync.connections.Encryption;
import ai.hanzo.kms.secretsync.connections.KeyRotation;
import ai.hanzo.kms.secretsync.connections.UndecryptableException;
import ai.hanzo.kms.secretsync.sync.Origin;
import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.Map;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Commands about encryption at rest. */
@Command(name = "encryption", description = "The encryption of what is stored.", mixinStandardHelpOptions = true)
final class EncryptionCommands {
    private static final Origin COMMAND = new Origin("command", null, null);

    @Spec
    private CommandSpec spec;

    @Command(
            name = "rotate",
            description = {
                "Encrypts everything stored anew with the current master key: SECRET_SYNC_ENCRYPTION_KEY,"
                        + " SECRET_SYNC_ENCRYPTION_KMS_KEY_ID, or the key file.",
                "First start every instance with the new key, and the former one in"
                        + " SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS; then run this; then take the former one away.",
                "On PostgreSQL the service goes on meanwhile. The embedded database is one process's: stop the service"
                        + " first."
            },
            mixinStandardHelpOptions = true)
    int rotate() {
        return Commands.withDatabase(this::rotate);
    }

    private int rotate(ApplicationContext context) {
        KeyRotation rotation = context.getBean(KeyRotation.class);
        AuditTrail audit = context.getBean(AuditTrail.class);
        String source = context.getBean(Encryption.class).keySource();
        try {
            int records = new TransactionTemplate(context.getBean(PlatformTransactionManager.class)).execute(status -> {
                int reencrypted = rotation.reencrypt();
                audit.record(new AuditEvent(
                        "rotate-encryption-key", null, null, COMMAND, Map.of("records", reencrypted, "key", source)));
                return reencrypted;
            });
            spec.commandLine()
                    .getOut()
                    .println(
                            records + " records are encrypted with " + source
                                    + ". SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS is no longer needed, except to restore a backup.");
            return ExitCode.OK;
        } catch (UndecryptableException | Rejection e) {
            spec.commandLine().getErr().println("Nothing was changed. " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }
}
