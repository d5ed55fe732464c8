package ai.hanzo.kms.secretsync.aws;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much of AWS's request quotas this service takes for itself. A wrong value ends the start; the message names the environment
 * variable.
 *
 * @param quotaShare {@code SECRET_SYNC_QUOTA_SHARE}: percent of each quota, for all instances of the service together. The rest is
 *     for whoever else calls AWS in the account
 * @param quotas {@code SECRET_SYNC_QUOTAS_<FAMILY>}: calls per second, where an account has another quota than
 *     {@link OperationFamily#quota()}
 */
@ConfigurationProperties("secret-sync")
record QuotaProperties(
        @DefaultValue("40") int quotaShare, @DefaultValue Map<OperationFamily, Double> quotas) {
    QuotaProperties {
        if (quotaShare < 1 || quotaShare > 100) {
            throw new IllegalArgumentException(
                    "SECRET_SYNC_QUOTA_SHARE must be a whole number of percent from 1 to 100, but is " + quotaShare);
        }
        quotas.forEach((family, quota) -> {
            if (!(quota >= 1 && quota <= 1_000_000)) {
                throw new IllegalArgumentException("SECRET_SYNC_QUOTAS_" + family
                        + " must be from 1 to 1000000 calls per second, but is " + quota);
            }
        });
        quotas = Map.copyOf(quotas);
    }

    /** The share of a family's quota, in calls per second. */
    double share(OperationFamily family) {
        return quotas.getOrDefault(family, family.quota()) * quotaShare / 100;
    }
}
