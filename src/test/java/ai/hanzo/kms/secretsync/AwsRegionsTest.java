package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
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

    @Test
    @DisplayName("U2.1-4: upstream's 29 regions are taken; differs: so is every other region of AWS (promise 2)")
    void all_that_upstream_takes_and_more() {
        assertThat(AwsRegions.codes())
                .contains("us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-east-1", "us-gov-west-1")
                .contains("af-south-1", "ap-east-1", "ap-south-1", "ap-south-2", "ap-northeast-1", "ap-northeast-2")
                .contains("ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4")
                .contains("ca-central-1", "eu-central-1", "eu-central-2", "eu-west-1", "eu-west-2", "eu-west-3")
                .contains("eu-south-1", "eu-south-2", "eu-north-1", "me-south-1", "me-central-1", "sa-east-1")
                .hasSizeGreaterThan(29);
    }
}
