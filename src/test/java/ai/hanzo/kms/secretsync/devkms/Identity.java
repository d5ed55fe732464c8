package ai.hanzo.kms.secretsync.devkms;

import java.util.List;

/**
 * Who calls: a machine identity, or a person when {@code user} is set. Only a person owns personal secrets.
 *
 * @param clientSecret for universal-auth login; never part of {@link #toString()}
 */
public record Identity(String id, String name, String clientId, String clientSecret, boolean user, List<Grant> grants) {
    public Identity {
        grants = List.copyOf(grants);
    }

    boolean memberOf(String projectId) {
        return grants.stream().anyMatch(grant -> grant.projectId().equals(projectId));
    }

    boolean may(Right right, Folder folder) {
        return grants.stream()
                .anyMatch(grant -> grant.allows(
                        right,
                        folder.space().project().id(),
                        folder.environment().slug(),
                        folder.path()));
    }

    @Override
    public String toString() {
        return "Identity[" + name + "]";
    }
}
