package ai.hanzo.kms.secretsync.api;

import java.util.List;

/** A request that does not satisfy the contract, with everything that is wrong with it: status 422. */
public final class ValidationException extends RuntimeException {
    private final List<Issue> issues;

    ValidationException(List<Issue> issues) {
        // Codes and paths only: what the caller sent stays out of logs.
        super(issues.toString());
        this.issues = List.copyOf(issues);
    }

    /** All issues of the request, in the order of the contract's fields; never empty. */
    public List<Issue> issues() {
        return issues;
    }
}
