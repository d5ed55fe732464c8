package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AwsRegionsTest {
    @Test
    void all_real_regions_and_no_pseudo_regions() {
        assertThat(AwsRegions.codes())
                .contains("us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1", "ca-west-1", "il-central-1")
                .contains("mx-central-1", "ap-southeast-7", "ap-east-2")
                .noneMatch(code -> code.startsWith("aws-"))
                .allMatch(code -> code.matches("[a-z]{2,4}(-[a-z]+){1,2}-\\d"))
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
