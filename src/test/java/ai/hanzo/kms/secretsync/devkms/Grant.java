package ai.hanzo.kms.secretsync.devkms;

import java.util.EnumSet;
import java.util.Set;

/**
 * Rights on one project, optionally narrowed to one environment and one folder with everything below it.
 *
 * @param environment slug, or null for every environment
 * @param path folder path; {@code /} is the whole environment
 */
public record Grant(String projectId, String environment, String path, Set<Right> rights) {
    public Grant {
        path = SecretPath.normal(path);
        rights = Set.copyOf(rights);
    }

    /** Sees every secret but no value. */
    public static Grant describe(Project project) {
        return of(project, EnumSet.of(Right.DESCRIBE));
    }

    public static Grant read(Project project) {
        return of(project, EnumSet.of(Right.DESCRIBE, Right.READ_VALUE));
    }

    public static Grant write(Project project) {
        return of(project, EnumSet.allOf(Right.class));
    }

    public static Grant of(Project project, Set<Right> rights) {
        return new Grant(project.id(), null, SecretPath.ROOT, rights);
    }

    /** The same rights in one folder, and below it, of one environment only. */
    public Grant in(String onlyEnvironment, String onlyPath) {
        return new Grant(projectId, onlyEnvironment, onlyPath, rights);
    }

    boolean allows(Right right, String project, String inEnvironment, String inPath) {
        return rights.contains(right)
                && projectId.equals(project)
                && (environment == null || environment.equals(inEnvironment))
                && SecretPath.covers(path, inPath);
    }
}
