package ai.hanzo.kms.secretsync;

import java.util.List;
import software.amazon.awssdk.regions.Region;

/** The regions that AWS has, as far as its SDK knows. */
final class AwsRegions {
    private AwsRegions() {}

    /** Codes of all regions of all partitions in alphabetical order, without the likes of {@code aws-global}. */
    static List<String> codes() {
        return Region.regions().stream()
                .filter(region -> !region.isGlobalRegion())
                .map(Region::id)
                .sorted()
                .toList();
    }
}
