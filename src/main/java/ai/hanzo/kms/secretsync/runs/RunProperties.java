package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.ForeignSecrets;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When things run.
 *
 * @param pollInterval how often each source is asked whether it changed; {@code SECRET_SYNC_POLL_INTERVAL}
 * @param driftInterval how often the destination of each sync is looked at, though its source has not changed;
 *     {@code SECRET_SYNC_DRIFT_INTERVAL}
 * @param parallelChanges secrets changed at the same time at each destination, in all runs together;
 *     {@code SECRET_SYNC_PARALLEL_CHANGES}
 * @param foreignSecrets what may happen to secrets at the destination that are nobody's; {@code SECRET_SYNC_FOREIGN_SECRETS}
 */
@ConfigurationProperties("secret-sync")
public record RunProperties(
        @DefaultValue("60s") Duration pollInterval,
        @DefaultValue("1h") Duration driftInterval,
        @DefaultValue("16") int parallelChanges,
        @DefaultValue("remove") ForeignSecrets foreignSecrets) {
    public RunProperties {
        if (pollInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("SECRET_SYNC_POLL_INTERVAL must be at least 1s, for example 60s; it is "
                    + pollInterval.toMillis() + "ms");
        }
        if (driftInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("SECRET_SYNC_DRIFT_INTERVAL must be at least 1s, for example 1h; it is "
                    + driftInterval.toMillis() + "ms");
        }
        if (parallelChanges < 1 || parallelChanges > 1000) {
            throw new IllegalArgumentException(
                    "SECRET_SYNC_PARALLEL_CHANGES must be from 1 to 1000; it is " + parallelChanges);
        }
    }
}
