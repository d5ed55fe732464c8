package ai.hanzo.kms.secretsync.emulator;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What callers may do: everything but what is denied, or, where they have a policy, what that allows. */
final class Permissions {
    private record Denial(String account, String action) {}

    private static final String ALL = "*";

    private final Set<Denial> denials = ConcurrentHashMap.newKeySet();
    private final Map<String, IdentityPolicy> policies = new ConcurrentHashMap<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();

    /** @param account null for all accounts */
    void deny(String account, String action) {
        denials.add(new Denial(account == null ? ALL : account, qualified(action)));
    }

    void allow(String action) {
        denials.removeIf(denial -> denial.action().equals(qualified(action)));
    }

    void clear() {
        denials.clear();
        policies.clear();
        refused.clear();
    }

    /** From now on a user may do what the policy allows and nothing else. */
    void attach(String accessKeyId, IdentityPolicy policy) {
        policies.put(accessKeyId, policy);
    }

    boolean hasPolicy(Caller caller) {
        return policies.containsKey(caller.principal().accessKeyId());
    }

    /** What policies did not allow, in the order in which it was asked for. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    void forgetRefused() {
        refused.clear();
    }

    /** @throws AwsException AccessDeniedException, in IAM's words */
    void require(Caller caller, IdentityPolicy.Access access) {
        if (!permits(caller, access)) {
            throw denied(caller, access.action(), access.resource());
        }
    }

    boolean permits(Caller caller, IdentityPolicy.Access access) {
        IdentityPolicy policy = policies.get(caller.principal().accessKeyId());
        boolean permits = policy == null || policy.decide(access) == IdentityPolicy.Decision.ALLOWED;
        if (!permits) {
            refused.add(access.action());
        }
        return permits;
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
