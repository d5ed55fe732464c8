package ai.hanzo.kms.secretsync.api;

import java.util.List;

/**
 * A project of the KMS that the caller may use.
 *
 * @param name the id where the KMS names none
 * @param slug null where the KMS names none
 */
public record ProjectView(String id, String name, String slug, List<Environment> environments) {
    /** An environment of the project; syncs name it by its slug. */
    public record Environment(String id, String slug, String name) {}
}
