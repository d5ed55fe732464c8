package ai.hanzo.kms.secretsync.security;

import java.util.Set;

/**
 * A caller whose token of the OIDC issuer was verified. What they may do is their role's; where they may do it, these projects.
 *
 * @param subject as the issuer calls them
 * @param projects ids, or {@code *} among them for every project that this service itself may use
 */
record OidcCaller(String subject, String key, Set<String> projects) implements Caller {
    private static final String ALL = "*";

    boolean isOf(String projectId) {
        return projects.contains(ALL) || projects.contains(projectId);
    }

    @Override
    public String getName() {
        return "oidc:" + subject;
    }
}
