package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.sync.LeastPrivilege;
import java.util.List;
import software.amazon.awssdk.regions.PartitionMetadata;
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

    /** Where the secrets of an account and region are. */
    static LeastPrivilege.Place place(String account, String region) {
        PartitionMetadata partition = PartitionMetadata.of(Region.of(region));
        return new LeastPrivilege.Place(account, partition.id(), partition.dnsSuffix());
    }
}
