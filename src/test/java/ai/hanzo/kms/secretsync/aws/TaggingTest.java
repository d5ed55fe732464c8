package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.AwsFixture.CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.Change;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaggingTest {
    private final ScriptedAws aws = new ScriptedAws();
    private final AwsFixture fixture = new AwsFixture(aws.uri());
    private final Tagging tagging = new Tagging(fixture.clients);

    @AfterEach
    void close() {
        fixture.close();
        aws.close();
    }

    private void retag(Map<String, String> current, Map<String, String> set, Set<String> remove) {
        tagging.retag(CONNECTION, REGION, new Change.Retag(AwsFixture.existing("a", current), set, remove));
    }

    private static Map<String, String> tags(int count, String prefix) {
        Map<String, String> tags = new HashMap<>();
        for (int i = 0; i < count; i++) {
            tags.put(prefix + i, "v");
        }
        return tags;
    }

    @Test
    @DisplayName("U3.2-16: set first, then removed")
    void sets_first_so_that_no_tag_is_missing_in_between() {
        retag(Map.of("old", "1"), Map.of("new", "2"), Set.of("old"));

        assertThat(aws.calls()).extracting(ScriptedAws.Call::operation).containsExactly("TagResource", "UntagResource");
        assertThat(aws.calls())
                .allSatisfy(call -> assertThat(call.text("SecretId"))
                        .isEqualTo(AwsFixture.existing("a", Map.of()).arn()));
        assertThat(aws.calls().get(0).body().at("/Tags/0/Key").asText()).isEqualTo("new");
        assertThat(aws.calls().get(1).body().at("/TagKeys/0").asText()).isEqualTo("old");
    }

    @Test
    @DisplayName("U5.2-6: removed first where both together would be too many")
    void removes_first_where_old_and_new_together_would_be_too_many() {
        retag(tags(50, "t"), Map.of("new", "2"), Set.of("t0"));

        assertThat(aws.calls()).extracting(ScriptedAws.Call::operation).containsExactly("UntagResource", "TagResource");
    }

    @Test
    void tags_of_aws_do_not_count() {
        Map<String, String> current = tags(49, "t");
        current.putAll(tags(5, "aws:"));
        retag(current, Map.of("new", "2"), Set.of("t0"));

        assertThat(aws.calls()).extracting(ScriptedAws.Call::operation).containsExactly("TagResource", "UntagResource");
    }

    @Test
    void what_is_not_to_be_done_costs_no_call() {
        retag(Map.of(), Map.of("new", "2"), Set.of());
        retag(Map.of("old", "1"), Map.of(), Set.of("old"));

        assertThat(aws.calls()).extracting(ScriptedAws.Call::operation).containsExactly("TagResource", "UntagResource");
    }
}
