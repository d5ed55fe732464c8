package ai.hanzo.kms.secretsync;

import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Route files with mistakes end the start, before anything else is begun; see {@link StartFailureReporter}. */
@Component
final class RouteFileCheck {
    /** Names the files, also those of teams. */
    static final String PATTERNS = "camel.main.routes-include-pattern";

    RouteFileCheck(Environment settings) {
        List<String> mistakes =
                RouteFiles.at(settings.getProperty(PATTERNS, "")).mistakes();
        if (!mistakes.isEmpty()) {
            throw new MistakesException(mistakes);
        }
    }

    /** What is wrong with route files. */
    static final class MistakesException extends RuntimeException {
        private final transient List<String> mistakes;

        MistakesException(List<String> mistakes) {
            super(String.join("; ", mistakes));
            this.mistakes = mistakes;
        }

        List<String> mistakes() {
            return mistakes;
        }
    }
}
