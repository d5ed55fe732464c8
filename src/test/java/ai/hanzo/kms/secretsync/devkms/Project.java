package ai.hanzo.kms.secretsync.devkms;

import java.util.List;

/** A project of secrets; what {@link DevelopmentKms#addProject} hands back. */
public record Project(String id, String orgId, String name, String slug, List<Environment> environments) {
    public Project {
        environments = List.copyOf(environments);
    }

    /**
     * The environment with this slug.
     *
     * @throws IllegalArgumentException if the project has none
     */
    public Environment environment(String environmentSlug) {
        return environments.stream()
                .filter(environment -> environment.slug().equals(environmentSlug))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No environment " + environmentSlug + " in " + slug));
    }
}
