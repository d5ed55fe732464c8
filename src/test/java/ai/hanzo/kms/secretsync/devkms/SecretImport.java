package ai.hanzo.kms.secretsync.devkms;

import java.time.Instant;

/** A folder's import of another folder of the same project; its position is its place in the folder's list. */
record SecretImport(String id, Address source, boolean replication, int version, Instant createdAt, Instant updatedAt) {
    SecretImport pointingAt(Address newSource, Instant at) {
        return new SecretImport(id, newSource, replication, version + 1, createdAt, at);
    }
}
