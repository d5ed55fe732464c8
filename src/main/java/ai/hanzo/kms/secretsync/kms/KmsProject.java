package ai.hanzo.kms.secretsync.kms;

import java.util.List;
import java.util.Optional;

/**
 * A project of the KMS.
 *
 * @param slug null where the KMS names none
 * @param orgId the organisation it belongs to; null where the KMS names none
 */
public record KmsProject(String id, String name, String slug, String orgId, List<Environment> environments) {
    /** An environment of a project. */
    public record Environment(String id, String slug, String name) {}

    public Optional<Environment> environment(String slug) {
        return environments.stream().filter(e -> e.slug().equals(slug)).findFirst();
    }
}
