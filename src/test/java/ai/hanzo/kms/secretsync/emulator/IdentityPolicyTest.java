package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.emulator.IdentityPolicy.Access;
import ai.hanzo.kms.secretsync.emulator.IdentityPolicy.Decision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IAM's rules: what no statement allows is refused, and what one denies is refused whatever others allow. */
class IdentityPolicyTest {
    private static IdentityPolicy policy(String... statements) {
        return IdentityPolicy.parse(
                ("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}").replace('\'', '"'));
    }

    private static String statement(String effect, String action, String resource, String condition) {
        return "{'Sid':'A','Effect':'" + effect + "','Action':'" + action + "','Resource':['" + resource
                + "'],'Condition':" + condition + "}";
    }

    private static Decision decide(IdentityPolicy policy, String action, String resource) {
        return policy.decide(new Access(action, resource, Map.of()));
    }

    @Test
    void denialsWinAndSilenceRefuses() {
        IdentityPolicy policy = policy(
                statement("Allow", "s:Get*", "arn:x:*", "{}"), statement("Deny", "s:GetB", "arn:x:secret-?", "{}"));

        assertThat(decide(policy, "s:GetA", "arn:x:secret-1")).isEqualTo(Decision.ALLOWED);
        assertThat(decide(policy, "S:getb", "arn:x:secret-12")).isEqualTo(Decision.ALLOWED);
        assertThat(decide(policy, "s:GetB", "arn:x:secret-1")).isEqualTo(Decision.DENIED);
        assertThat(decide(policy, "s:PutA", "arn:x:secret-1")).isEqualTo(Decision.NOT_ALLOWED);
        assertThat(decide(policy, "s:GetA", "arn:y")).isEqualTo(Decision.NOT_ALLOWED);
    }

    @Test
    void aPolicyVariableStandsForItself() {
        IdentityPolicy policy = policy(statement("Allow", "s:Get", "a${*}b${?}c${$}", "{}"));

        assertThat(decide(policy, "s:Get", "a*b?c$")).isEqualTo(Decision.ALLOWED);
        assertThat(decide(policy, "s:Get", "aXbYc$")).isEqualTo(Decision.NOT_ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({
        "StringEquals, v, v, true",
        "StringEquals, v, V, false",
        "StringEquals, v, , false",
        "StringEqualsIfExists, v, , true",
        "StringEqualsIfExists, v, w, false",
        "StringNotEquals, v, w, true",
        "StringNotEquals, v, , true",
        "StringLike, v*, vw, true",
        "Bool, true, True, true",
        "Bool, true, , false",
        "NumericLessThan, 30, 7, true",
        "NumericLessThan, 30, 30, false",
        "NumericLessThan, 30, , false",
        "ForAllValues:StringEquals, v, v|w, false",
        "ForAllValues:StringEquals, v, v|v, true",
        "ForAllValues:StringNotEquals, v, w|v, false",
        "ForAllValues:StringNotEquals, v, w|x, true",
        "ForAllValues:StringNotEquals, v, , true",
        "ForAnyValue:StringEquals, v, w|v, true",
        "ForAnyValue:StringEquals, v, , false"
    })
    void conditionsHoldAsIamSays(String operator, String wanted, String actual, boolean holds) {
        IdentityPolicy policy =
                policy(statement("Allow", "s:Get", "*", "{'" + operator + "':{'Key/k':'" + wanted + "'}}"));
        Map<String, List<String>> context = actual == null ? Map.of() : Map.of("key/K", List.of(actual.split("\\|")));

        assertThat(policy.decide(new Access("s:Get", "*", context)))
                .isEqualTo(holds ? Decision.ALLOWED : Decision.NOT_ALLOWED);
    }

    @Test
    void allConditionsMustHold() {
        IdentityPolicy policy =
                policy(statement("Allow", "s:Get", "*", "{'StringEquals':{'a':'1','b':'2'},'Bool':{'c':'true'}}"));

        assertThat(policy.decide(
                        new Access("s:Get", "*", Map.of("a", List.of("1"), "b", List.of("2"), "c", List.of("true")))))
                .isEqualTo(Decision.ALLOWED);
        assertThat(policy.decide(new Access("s:Get", "*", Map.of("a", List.of("1"), "c", List.of("true")))))
                .isEqualTo(Decision.NOT_ALLOWED);
    }

    @Test
    void whatItDoesNotKnowItRefusesToRead() {
        assertThatThrownBy(() -> policy(statement("Allow", "s:Get", "*", "{'IpAddress':{'a':'1'}}")))
                .hasMessageContaining("IpAddress");
        assertThatThrownBy(() -> policy("{'Effect':'Allow','NotAction':'s:Get','Resource':'*'}"))
                .hasMessageContaining("NotAction");
        assertThatThrownBy(() -> policy("{'Sid':'no-hyphen','Effect':'Allow','Action':'s:Get','Resource':'*'}"))
                .hasMessageContaining("no-hyphen");
    }
}
