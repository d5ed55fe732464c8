package ai.hanzo.kms.secretsync.connections;

import java.util.UUID;

/** Says whether something still needs a connection. */
@FunctionalInterface
public interface ConnectionUse {
    boolean inUse(UUID connectionId);
}
