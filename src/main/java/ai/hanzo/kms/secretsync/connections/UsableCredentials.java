package ai.hanzo.kms.secretsync.connections;

import java.util.UUID;

/**
 * What is needed to build an AWS client for a connection. Hold it no longer than that takes.
 *
 * @param revision grows with every rotation: a client built for another revision is out of date
 * @param externalId for AssumeRole, see {@link AppConnection#externalId()}
 */
public record UsableCredentials(
        UUID connectionId, ConnectionCredentials credentials, int revision, String externalId) {}
