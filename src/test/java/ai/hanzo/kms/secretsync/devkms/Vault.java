package ai.hanzo.kms.secretsync.devkms;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Everything stored, behind one lock: a request sees and changes it as one transaction. */
final class Vault {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Organization> organizations = new ArrayList<>();
    private final Map<String, ProjectSpace> spaces = new LinkedHashMap<>();

    <T> T inTransaction(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    void add(Organization organization) {
        organizations.add(organization);
    }

    void add(ProjectSpace space) {
        spaces.put(space.project().id(), space);
    }

    Optional<Organization> organization(String nameOrSlug) {
        return organizations.stream()
                .filter(organization -> organization.slug().equals(nameOrSlug)
                        || organization.name().equals(nameOrSlug))
                .findFirst();
    }

    Optional<ProjectSpace> bySlug(String slug) {
        return spaces.values().stream()
                .filter(space -> space.project().slug().equals(slug))
                .findFirst();
    }

    Optional<ProjectSpace> byId(String id) {
        return Optional.ofNullable(spaces.get(id));
    }

    /** The projects a caller has any right in. */
    List<ProjectSpace> visibleTo(Identity caller) {
        return spaces.values().stream()
                .filter(space -> caller.memberOf(space.project().id()))
                .toList();
    }

    /**
     * The project with this id.
     *
     * @throws KmsError 404 if there is none, 403 if the caller has no right in it
     */
    ProjectSpace require(String projectId, Identity caller) {
        ProjectSpace space =
                byId(projectId).orElseThrow(() -> KmsError.notFound("Project with ID '" + projectId + "' not found"));
        return admitted(space, caller);
    }

    /**
     * The project with this slug.
     *
     * @throws KmsError 404 if there is none, 403 if the caller has no right in it
     */
    ProjectSpace requireSlug(String slug, Identity caller) {
        ProjectSpace space =
                bySlug(slug).orElseThrow(() -> KmsError.notFound("Project with slug '" + slug + "' not found"));
        return admitted(space, caller);
    }

    private static ProjectSpace admitted(ProjectSpace space, Identity caller) {
        if (!caller.memberOf(space.project().id())) {
            throw KmsError.forbidden("ForbiddenError", "You are not a member of this project");
        }
        return space;
    }
}
