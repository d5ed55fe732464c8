package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;

/**
 * What is paused: one of the first three.
 *
 * @param everything true, or not there
 */
public record PauseView(
        @JsonInclude(JsonInclude.Include.NON_NULL) UUID syncId,
        @JsonInclude(JsonInclude.Include.NON_NULL) UUID connectionId,
        @JsonInclude(JsonInclude.Include.NON_NULL) Boolean everything,
        Instant since,
        String reason) {}
