package ai.hanzo.kms.secretsync.api;

import java.util.UUID;

/**
 * Asks whether another sync writes to the same place. Upstream takes any {@code destinationConfig} here, so what cannot be
 * understood is null, and then nothing is a duplicate of it.
 *
 * @param connectionId null where it is not known yet, as with Terraform
 * @param excludeSyncId the sync that asks, if there is one already
 * @param secretName null for one-to-one and where it is empty
 */
public record CheckDestinationRequest(
        String projectId,
        UUID connectionId,
        UUID excludeSyncId,
        String mappingBehavior,
        String region,
        String secretName) {}
