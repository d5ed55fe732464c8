package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.ConnectionCheckView;
import ai.hanzo.kms.secretsync.aws.CheckedIdentity;
import ai.hanzo.kms.secretsync.aws.CheckedPermission;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** What was found out about the permissions of a connection, in the shape of the API. */
@Component("connectionChecks")
public class ConnectionChecks {

    /** The syncs that can be looked at where the connection does not work. */
    public List<SavedSync> nothing() {
        return List.of();
    }

    public ConnectionCheckView.Sync sync(SecretSync sync, List<CheckedPermission> permissions) {
        return new ConnectionCheckView.Sync(
                sync.id(),
                sync.name(),
                sync.destination().region(),
                permissions.stream()
                        .map(permission -> permission(sync, permission))
                        .toList());
    }

    private static ConnectionCheckView.Permission permission(SecretSync sync, CheckedPermission permission) {
        return new ConnectionCheckView.Permission(
                permission.action(),
                permission.resource(),
                permission.status().name().toLowerCase(Locale.ROOT),
                permission.statement(),
                permission.message(),
                permission.status() == CheckedPermission.Status.MISSING
                        ? "Add the statement \"" + permission.statement()
                                + "\" of GET /api/v1/secret-syncs/aws-secrets-manager/" + sync.id()
                                + "/iam-policy to the policies of the connection's user or role; look also at permissions"
                                + " boundaries and at the organisation's control policies."
                        : null);
    }

    public ConnectionCheckView check(CheckedIdentity identity, List<ConnectionCheckView.Sync> syncs) {
        SortedSet<String> missing = new TreeSet<>();
        for (ConnectionCheckView.Sync sync : syncs) {
            sync.permissions().stream()
                    .filter(permission -> permission.status().equals("missing"))
                    .forEach(permission -> missing.add(permission.action()));
        }
        return new ConnectionCheckView(
                new ConnectionCheckView.Identity(
                        identity.isValid() ? "valid" : "invalid",
                        identity.accountId(),
                        identity.arn(),
                        identity.problem()),
                missing,
                syncs);
    }
}
