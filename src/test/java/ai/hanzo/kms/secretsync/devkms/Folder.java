package ai.hanzo.kms.secretsync.devkms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A folder with its secrets and imports. Guarded, like all stored state, by the lock of {@link Vault}. */
final class Folder {
    private final ProjectSpace space;
    private final Environment environment;
    private final Folder parent;
    private final String id;
    private final Instant createdAt;
    private final Map<String, Folder> children = new TreeMap<>();
    private final Map<String, Secret> shared = new TreeMap<>();
    private final Map<String, Map<String, Secret>> personal = new TreeMap<>();
    private final Map<String, Set<Address>> referenced = new HashMap<>();
    private final List<SecretImport> imports = new ArrayList<>();
    private String name;
    private String description;
    private int version = 1;
    private Instant updatedAt;
    private Instant lastSecretModified;

    Folder(ProjectSpace space, Environment environment, Folder parent, String id, String name, Instant createdAt) {
        this.space = space;
        this.environment = environment;
        this.parent = parent;
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
        this.updatedAt = createdAt;
    }

    ProjectSpace space() {
        return space;
    }

    Environment environment() {
        return environment;
    }

    /** Null for the root folder of an environment. */
    Folder parent() {
        return parent;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    String description() {
        return description;
    }

    int version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant updatedAt() {
        return updatedAt;
    }

    /** Null until a secret of this folder, or one it imports or references, has changed. */
    Instant lastSecretModified() {
        return lastSecretModified;
    }

    void secretsModified(Instant at) {
        lastSecretModified = at;
    }

    String path() {
        return parent == null ? SecretPath.ROOT : SecretPath.child(parent.path(), name);
    }

    Address address() {
        return new Address(environment.slug(), path());
    }

    Collection<Folder> children() {
        return List.copyOf(children.values());
    }

    Optional<Folder> child(String childName) {
        return Optional.ofNullable(children.get(childName));
    }

    Folder addChild(String childId, String childName, Instant at) {
        Folder child = new Folder(space, environment, this, childId, childName, at);
        children.put(childName, child);
        return child;
    }

    void removeChild(Folder child) {
        children.remove(child.name);
    }

    void rename(String newName, Instant at) {
        parent.children.remove(name);
        name = newName;
        parent.children.put(newName, this);
        version++;
        updatedAt = at;
    }

    void describe(String newDescription) {
        description = newDescription;
    }

    List<SecretImport> imports() {
        return imports;
    }

    Collection<Secret> sharedSecrets() {
        return List.copyOf(shared.values());
    }

    /** The personal secrets of one person. */
    Collection<Secret> personalSecrets(String owner) {
        return List.copyOf(personal.getOrDefault(owner, Map.of()).values());
    }

    /** @param owner null for the shared secret */
    Optional<Secret> secret(String key, String owner) {
        Map<String, Secret> secrets = owner == null ? shared : personal.getOrDefault(owner, Map.of());
        return Optional.ofNullable(secrets.get(key));
    }

    void put(Secret secret) {
        if (secret.owner() == null) {
            shared.put(secret.key(), secret);
            Set<Address> targets = References.targets(secret.content().value(), address());
            if (targets.isEmpty()) {
                referenced.remove(secret.key());
            } else {
                referenced.put(secret.key(), targets);
            }
        } else {
            personal.computeIfAbsent(secret.owner(), any -> new TreeMap<>()).put(secret.key(), secret);
        }
    }

    void remove(Secret secret) {
        if (secret.owner() == null) {
            shared.remove(secret.key());
            referenced.remove(secret.key());
        } else {
            personal.get(secret.owner()).remove(secret.key());
        }
    }

    /** Whether secrets read here depend on another folder, by import or by reference. */
    boolean dependsOn(Address other) {
        return imports.stream().anyMatch(secretImport -> secretImport.source().equals(other))
                || referenced.values().stream().anyMatch(targets -> targets.contains(other));
    }
}
