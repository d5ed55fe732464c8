package ai.hanzo.kms.secretsync.emulator;

import java.time.Instant;
import java.util.Set;

/**
 * One AWS call that the emulator received. It never holds a value.
 *
 * @param at when it was answered, by the emulator's clock
 * @param service {@code secretsmanager}, {@code sts} or {@code kms}
 * @param operation AWS's name of the operation, such as {@code PutSecretValue}
 * @param secretName null where the call names no single secret
 * @param account the caller's account, null when the caller is unknown
 * @param region the region of the signature, null when there is none
 * @param status the HTTP status; 0 when the connection was closed instead of an answer
 * @param errorCode AWS's error code, for a closed connection the kind of {@link Fault}; null when the call succeeded
 */
public record Call(
        Instant at,
        String service,
        String operation,
        String secretName,
        String account,
        String region,
        int status,
        String errorCode) {
    private static final Set<String> READS = Set.of(
            "GetSecretValue",
            "BatchGetSecretValue",
            "DescribeSecret",
            "ListSecrets",
            "ListSecretVersionIds",
            "GetResourcePolicy",
            "ValidateResourcePolicy",
            "GetRandomPassword");

    /** Whether the operation would change Secrets Manager, whatever came of this call. */
    public boolean isWrite() {
        return service.equals("secretsmanager") && !READS.contains(operation);
    }

    public boolean succeeded() {
        return errorCode == null;
    }
}
