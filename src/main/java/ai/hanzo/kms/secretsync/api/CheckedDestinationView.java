package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Whether another sync writes to the same place.
 *
 * @param duplicateProjectId project of that sync; null, and then absent, where there is none or the caller must not know it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckedDestinationView(boolean hasDuplicate, String duplicateProjectId) {}
