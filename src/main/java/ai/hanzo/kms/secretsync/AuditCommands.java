package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.audit.AuditVerification;
import ai.hanzo.kms.secretsync.audit.AuditVerification.Known;
import ai.hanzo.kms.secretsync.audit.AuditVerification.Verdict;
import org.springframework.context.ApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Commands about the audit trail. */
@Command(name = "audit", description = "The audit trail.", mixinStandardHelpOptions = true)
final class AuditCommands {
    @Spec
    private CommandSpec spec;

    @Command(
            name = "verify",
            description = {
                "Says whether the audit trail is as it was recorded: nothing changed, missing, reordered or added, also at"
                        + " its end. Otherwise it names the first entry that is wrong, and ends with 1.",
                "It needs the key that everything stored is encrypted with. On PostgreSQL the service goes on meanwhile;"
                        + " with the embedded database stop it first."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Option(
                            names = "--known",
                            paramLabel = "NUMBER:HASH",
                            converter = KnownEntry.class,
                            description = "An entry as an earlier verification, or the API, showed it: it must still be"
                                    + " there. Kept outside the database, it also shows that all of it was put back to"
                                    + " an earlier state.")
                    Known known) {
        return Commands.withDatabase(context -> verify(context, known));
    }

    private int verify(ApplicationContext context, Known known) {
        Verdict verdict = context.getBean(AuditVerification.class).verify(known);
        String last =
                verdict.entries() == 0 ? "" : " The last of them is " + verdict.entries() + ":" + verdict.hash() + ".";
        if (verdict.sound()) {
            spec.commandLine()
                    .getOut()
                    .println("The audit trail is as it was recorded: " + verdict.entries() + " entries." + last);
            return ExitCode.OK;
        }
        spec.commandLine()
                .getErr()
                .println("The audit trail was tampered with. " + verdict.fault() + " " + verdict.entries()
                        + " entries before that are in order." + last);
        return ExitCode.SOFTWARE;
    }

    /** An entry as {@code NUMBER:HASH}. */
    static final class KnownEntry implements ITypeConverter<Known> {
        @Override
        public Known convert(String text) {
            if (!text.matches("[1-9][0-9]{0,17}:[0-9a-f]{64}")) {
                throw new TypeConversionException("expected NUMBER:HASH, such as 42:9f86d0...");
            }
            String[] parts = text.split(":");
            return new Known(Long.parseLong(parts[0]), parts[1]);
        }
    }
}
