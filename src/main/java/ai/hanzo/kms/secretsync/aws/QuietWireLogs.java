package ai.hanzo.kms.secretsync.aws;

import java.util.List;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.stereotype.Component;

/**
 * Switches off, whatever the settings say, the loggers that print what goes over the wire to AWS: values, session tokens and
 * signatures.
 */
@Component
class QuietWireLogs {
    /**
     * Bodies and headers (Apache HTTP client), AWS's errors in its own words, and the canonical requests that are signed, session
     * token included.
     */
    static final List<String> LOGGERS = List.of(
            "org.apache.http.wire",
            "org.apache.http.headers",
            "software.amazon.awssdk.request",
            "software.amazon.awssdk.retries",
            "software.amazon.awssdk.core.interceptor",
            "software.amazon.awssdk.auth.signer",
            "software.amazon.awssdk.http.auth.aws");

    QuietWireLogs() {
        LoggingSystem logging = LoggingSystem.get(QuietWireLogs.class.getClassLoader());
        LOGGERS.forEach(logger -> logging.setLogLevel(logger, LogLevel.OFF));
    }
}
