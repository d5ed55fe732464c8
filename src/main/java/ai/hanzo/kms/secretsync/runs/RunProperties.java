package ai.hanzo.kms.secretsync.runs;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When things run.
 *
 * @param pollInterval how often each source is asked whether it changed; {@code SECRET_SYNC_POLL_INTERVAL}, 60s
 */
@ConfigurationProperties("secret-sync")
public record RunProperties(@DefaultValue("60s") Duration pollInterval) {
    public RunProperties {
        if (pollInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "SECRET_SYNC_POLL_INTERVAL must be at least 1s, for example 60s; it is " + pollInterval.toMillis() + "ms");
        }
    }
}
