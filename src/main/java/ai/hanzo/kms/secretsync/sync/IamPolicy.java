package ai.hanzo.kms.secretsync.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * A policy document of AWS IAM, in its JSON.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html">IAM JSON policy elements</a>
 */
public record IamPolicy(
        @JsonProperty("Version") String version,
        @JsonProperty("Statement") List<Statement> statements) {
    /** The language version that knows policy variables. */
    public static final String VERSION = "2012-10-17";

    public IamPolicy {
        statements = List.copyOf(statements);
    }

    /**
     * @param sid letters and digits
     * @param conditions by operator, then by condition key; all of them must hold
     */
    public record Statement(
            @JsonProperty("Sid") String sid,
            @JsonProperty("Effect") String effect,
            @JsonProperty("Action") List<String> actions,
            @JsonProperty("Resource") List<String> resources,

            @JsonProperty("Condition") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            Map<String, Map<String, List<String>>> conditions) {
        public static final String ALLOW = "Allow";
        public static final String DENY = "Deny";

        public Statement {
            actions = List.copyOf(actions);
            resources = List.copyOf(resources);
        }

        public boolean allows() {
            return effect.equals(ALLOW);
        }
    }
}
