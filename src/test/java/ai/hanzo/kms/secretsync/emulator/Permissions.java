package ai.hanzo.kms.secretsync.emulator;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The actions that callers are denied. There are no policies: everything else is allowed. */
final class Permissions {
    private record Denial(String account, String action) {}

    private static final String ALL = "*";

    private final Set<Denial> denials = ConcurrentHashMap.newKeySet();

    /** @param account null for all accounts */
    void deny(String account, String action) {
        denials.add(new Denial(account == null ? ALL : account, qualified(action)));
    }

    void allow(String action) {
        denials.removeIf(denial -> denial.action().equals(qualified(action)));
    }

    void clear() {
        denials.clear();
    }

    /**
     * @param resource what the action is about, null when it has no single one
     * @throws AwsException AccessDeniedException, in IAM's words
     */
    void check(Caller caller, String action, String resource) {
        String qualified = qualified(action);
        if (denials.contains(new Denial(ALL, qualified)) || denials.contains(new Denial(caller.account(), qualified))) {
            throw denied(caller, qualified, resource);
        }
    }

    static AwsException denied(Caller caller, String action, String resource) {
        String qualified = qualified(action);
        return new AwsException(
                "AccessDeniedException",
                "User: " + caller.principal().arn() + " is not authorized to perform: " + qualified
                        + (resource == null ? "" : " on resource: " + resource)
                        + " because no identity-based policy allows the " + qualified + " action");
    }

    private static String qualified(String action) {
        return action.contains(":") ? action : "secretsmanager:" + action;
    }
}
