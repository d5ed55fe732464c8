package ai.hanzo.kms.secretsync.devkms;

import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Writes without asking for rights, for tests and for people at the development endpoint. */
final class Seeding {
    private final KmsClock clock;
    private final Changes changes;

    Seeding(KmsClock clock, Changes changes) {
        this.clock = clock;
        this.changes = changes;
    }

    /** Creates or updates a shared secret; folders on the way are made. */
    Secret set(ProjectSpace space, Address address, String key, String value) {
        return set(space, address, key, null, value);
    }

    /** @param owner null for the shared secret */
    Secret set(ProjectSpace space, Address address, String key, String owner, String value) {
        Folder folder = space.makeFolder(address, clock.now());
        Content fresh = Content.of(value);
        Secret secret = folder.secret(key, owner)
                .map(existing -> existing.changed(key, existing.content().withValue(fresh.value()), null, clock.now()))
                .orElseGet(() -> new Secret(
                        UUID.randomUUID().toString(),
                        key,
                        owner,
                        List.of(fresh),
                        null,
                        null,
                        clock.now(),
                        clock.now()));
        return stored(folder, secret);
    }

    /** Gives an existing shared secret a new version with other content. */
    void edit(ProjectSpace space, Address address, String key, UnaryOperator<Content> change) {
        replace(space, address, key, secret -> secret.changed(key, change.apply(secret.content()), null, clock.now()));
    }

    /** @throws IllegalArgumentException if there is no such secret */
    void replace(ProjectSpace space, Address address, String key, UnaryOperator<Secret> change) {
        Folder folder =
                space.folder(address).orElseThrow(() -> new IllegalArgumentException("No folder " + address.path()));
        Secret secret = folder.secret(key, null)
                .orElseThrow(() -> new IllegalArgumentException("No secret " + key + " in " + address.path()));
        stored(folder, change.apply(secret));
    }

    private Secret stored(Folder folder, Secret secret) {
        folder.put(secret);
        changes.secretsChanged(folder);
        return secret;
    }

    /** Whether there was such a secret. */
    boolean delete(ProjectSpace space, Address address, String key) {
        return space.folder(address)
                .flatMap(folder -> folder.secret(key, null).map(secret -> {
                    folder.remove(secret);
                    changes.secretsChanged(folder);
                    return secret;
                }))
                .isPresent();
    }
}
