package ai.hanzo.kms.secretsync.devkms;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A project with all that is stored in it. Guarded by the lock of {@link Vault}. */
final class ProjectSpace {
    private final Project project;
    private final Instant createdAt;
    private final Map<String, Folder> roots = new LinkedHashMap<>();
    private final List<Tag> tags = new ArrayList<>();
    private boolean upperCaseOnly;
    private boolean encryptedMetadataOnly;

    ProjectSpace(Project project, Instant createdAt) {
        this.project = project;
        this.createdAt = createdAt;
        for (Environment environment : project.environments()) {
            String id = idFrom(environment.id() + "/root");
            roots.put(environment.slug(), new Folder(this, environment, null, id, "root", createdAt));
        }
    }

    /** An id that is the same in every run with the same input, so that demonstrations can quote it. */
    static String idFrom(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    Project project() {
        return project;
    }

    Instant createdAt() {
        return createdAt;
    }

    List<Tag> tags() {
        return tags;
    }

    boolean upperCaseOnly() {
        return upperCaseOnly;
    }

    void upperCaseOnly(boolean enforced) {
        upperCaseOnly = enforced;
    }

    boolean encryptedMetadataOnly() {
        return encryptedMetadataOnly;
    }

    void encryptedMetadataOnly(boolean enforced) {
        encryptedMetadataOnly = enforced;
    }

    Optional<Environment> environment(String slug) {
        return Optional.ofNullable(roots.get(slug)).map(Folder::environment);
    }

    Optional<Folder> folder(Address address) {
        Optional<Folder> folder = Optional.ofNullable(roots.get(address.environment()));
        for (String name : SecretPath.names(address.path())) {
            folder = folder.flatMap(parent -> parent.child(name));
        }
        return folder;
    }

    Optional<Folder> folderById(String id) {
        return folders().stream().filter(folder -> folder.id().equals(id)).findFirst();
    }

    /** Every folder of every environment, parents before children. */
    List<Folder> folders() {
        List<Folder> all = new ArrayList<>();
        roots.values().forEach(root -> addWithDescendants(root, all));
        return all;
    }

    private static void addWithDescendants(Folder folder, List<Folder> all) {
        all.add(folder);
        folder.children().forEach(child -> addWithDescendants(child, all));
    }

    /** The folder at an address; folders missing on the way are made. The environment must exist. */
    Folder makeFolder(Address address, Instant at) {
        Folder folder = roots.get(address.environment());
        for (String name : SecretPath.names(address.path())) {
            Folder parent = folder;
            folder = parent.child(name)
                    .orElseGet(() -> parent.addChild(UUID.randomUUID().toString(), name, at));
        }
        return folder;
    }
}
