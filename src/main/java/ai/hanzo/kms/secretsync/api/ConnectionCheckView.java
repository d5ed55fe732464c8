package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.SortedSet;
import java.util.UUID;

/**
 * What a connection may do of what its syncs need.
 *
 * @param missing the actions that some sync needs and AWS refuses
 * @param syncs empty where the connection does not work
 */
public record ConnectionCheckView(Identity identity, SortedSet<String> missing, List<Sync> syncs) {
    /**
     * @param status {@code valid} or {@code invalid}
     * @param message what is wrong and what to do about it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Identity(String status, String accountId, String arn, String message) {}

    public record Sync(UUID id, String name, String region, List<Permission> permissions) {}

    /**
     * @param status {@code allowed}, {@code missing} or {@code unknown}
     * @param statement the {@code Sid} of the statement of the sync's policy that allows it
     * @param message why, where it is not allowed
     * @param remedy what to do where it is missing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Permission(
            String action, String resource, String status, String statement, String message, String remedy) {}
}
