package ai.hanzo.kms.secretsync;

import java.util.List;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Route files with mistakes end the start, before anything is opened or begun; see {@link StartFailureReporter}. */
@Component
final class RouteFileCheck implements BeanFactoryPostProcessor, EnvironmentAware {
    /** Names the files, also those of teams. */
    static final String PATTERNS = "camel.main.routes-include-pattern";

    private Environment settings;

    @Override
    public void setEnvironment(Environment environment) {
        settings = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
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
