package ai.hanzo.kms.secretsync;

import java.util.List;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.stereotype.Component;

/**
 * Switches off, whatever the settings say, the loggers that print requests as they came in or go to the KMS: tokens, and the
 * credentials of a connection or a login.
 */
@Component
class QuietRequestLogs {
    private static final List<String> LOGGERS =
            List.of("org.apache.coyote.http11.Http11InputBuffer", "jdk.httpclient.HttpClient");

    QuietRequestLogs() {
        LoggingSystem logging = LoggingSystem.get(QuietRequestLogs.class.getClassLoader());
        LOGGERS.forEach(logger -> logging.setLogLevel(logger, LogLevel.OFF));
    }
}
