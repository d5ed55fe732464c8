package ai.hanzo.kms.secretsync.connections;

/**
 * Keeps for ever what was done to connections. Called in the transaction that does it; what is handed over holds nothing that had
 * to be decrypted.
 */
public interface ConnectionAudit {
    void created(AppConnection connection);

    /** Credentials were replaced where {@link AppConnection#credentialsRevision()} differs. */
    void updated(AppConnection before, AppConnection after);

    void deleted(AppConnection connection);
}
