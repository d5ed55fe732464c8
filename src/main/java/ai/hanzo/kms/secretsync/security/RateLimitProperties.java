package ai.hanzo.kms.secretsync.security;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often somebody may call. A wrong value ends the start; the message names the environment variable.
 *
 * @param rateLimit {@code SECRET_SYNC_RATE_LIMIT}: requests a minute of one caller, or of one address without a token
 * @param loginRateLimit {@code SECRET_SYNC_LOGIN_RATE_LIMIT}: logins, and tokens that the KMS must first be asked about, a
 *     minute from one address
 */
@ConfigurationProperties("secret-sync")
record RateLimitProperties(
        @DefaultValue("600") int rateLimit,
        @DefaultValue("30") int loginRateLimit) {
    RateLimitProperties {
        atLeastOne("SECRET_SYNC_RATE_LIMIT", rateLimit);
        atLeastOne("SECRET_SYNC_LOGIN_RATE_LIMIT", loginRateLimit);
    }

    private static void atLeastOne(String variable, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(variable + " must be at least 1 request a minute, but is " + value);
        }
    }
}
