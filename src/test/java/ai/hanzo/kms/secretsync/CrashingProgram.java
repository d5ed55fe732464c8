package ai.hanzo.kms.secretsync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/**
 * The program, which notes the steps of its routes, or dies before one of them as {@code kill -9} would have it. What it is to do
 * is in the file {@link #ORDER} of its working directory as long as that exists: {@link #RECORD}, or a {@link Step}.
 */
final class CrashingProgram {
    static final String ORDER = "order";
    static final String RECORD = "record";
    /** The steps that were noted, one a line. */
    static final String STEPS = "steps";

    private CrashingProgram() {}

    public static void main(String[] arguments) {
        new SpringApplicationBuilder(SecretSyncApplication.class, Crashes.class).run(arguments);
    }

    /**
     * Before a node of a route is gone through.
     *
     * @param occurrence 1 for the first time
     */
    record Step(String node, int occurrence) {
        static Step of(String line) {
            String[] parts = line.split(" ", 2);
            return new Step(parts[1], Integer.parseInt(parts[0]));
        }

        @Override
        public String toString() {
            return occurrence + " " + node;
        }
    }

    /** No component: only this program is to find it. */
    static class Crashes {
        @Bean
        InterceptStrategy crashes() {
            return new Interceptor();
        }
    }

    private static final class Interceptor implements InterceptStrategy {
        private final Map<String, Integer> met = new HashMap<>();
        private String order = "";

        @Override
        public Processor wrapProcessorInInterceptors(
                CamelContext camel, NamedNode node, Processor target, Processor next) {
            String route = ProcessorDefinitionHelper.getRouteId((ProcessorDefinition<?>) node);
            String name = route + ": " + node.getLabel().replaceAll("\\s+", " ");
            return new DelegateAsyncProcessor(target) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    // What people ask through the API is no step of a run.
                    if ("run".equals(exchange.getFromRouteId()) || "poll".equals(exchange.getFromRouteId())) {
                        step(name);
                    }
                    return super.process(exchange, callback);
                }
            };
        }

        private synchronized void step(String node) {
            try {
                Path file = Path.of(ORDER);
                String what = Files.exists(file) ? Files.readString(file) : "";
                if (!what.equals(order)) {
                    order = what;
                    met.clear();
                }
                if (what.isEmpty()) {
                    return;
                }
                Step step = new Step(node, met.merge(node, 1, Integer::sum));
                if (what.equals(RECORD)) {
                    Files.writeString(
                            Path.of(STEPS), step + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                } else if (what.equals(step.toString())) {
                    Runtime.getRuntime().halt(137);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
