package ai.hanzo.kms.secretsync.connections;

import java.util.UUID;

/**
 * Published, as a Spring event and after it has been stored, when a connection was changed or deleted: clients built for it
 * are to be let go. It reaches this instance only; the others notice by {@link AppConnection#credentialsRevision()}.
 */
public record ConnectionChanged(UUID id) {}
