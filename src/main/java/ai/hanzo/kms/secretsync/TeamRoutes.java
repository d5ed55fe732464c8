package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.aws.AwsErrors;
import ai.hanzo.kms.secretsync.kms.KmsException;
import ai.hanzo.kms.secretsync.runs.FailureExplainer;
import ai.hanzo.kms.secretsync.runs.FailureExplainer.Explanation;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.LifecycleStrategySupport;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.core.exception.SdkException;

/** What teams have added as routes, and what becomes of the failures there. The routes say where they are called. */
@Component("teamRoutes")
public class TeamRoutes extends LifecycleStrategySupport {
    /** Endpoints that are called where a route begins with them; their names and what they carry are a promise. */
    static final Set<String> POINTS = Set.of("source-key", "before-deletions", "before-change", "after-sync");

    static final String MAPPING = "mapping-";
    private static final String DIRECT = "direct://";

    private final AwsErrors aws;
    private final FailureExplainer explainer;
    /** Grows only: what was asked once is asked always, or the run fails. */
    private final Map<String, String> places = new ConcurrentHashMap<>();
    /** Where the step is that failed, by what it failed with. */
    private final Map<Throwable, String> failedSteps = Collections.synchronizedMap(new WeakHashMap<>());

    TeamRoutes(AwsErrors aws, FailureExplainer explainer) {
        this.aws = aws;
        this.explainer = explainer;
    }

    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        for (Route route : routes) {
            String uri = route.getEndpoint().getEndpointUri();
            if (uri.startsWith(DIRECT)) {
                places.put(uri.substring(DIRECT.length()), place(route));
            }
        }
    }

    private static String place(Route route) {
        return route.getSourceLocationShort() == null ? "route " + route.getId() : route.getSourceLocationShort();
    }

    /** A step failed. Those around it fail with it, and are told later. */
    void failedAt(String place, Throwable failure) {
        failedSteps.putIfAbsent(cause(failure), place);
    }

    /** File and line of the step of a team that failed; the word {@code unknown} where it was none of a team. */
    public String stepOf(Throwable failure) {
        return failedSteps.getOrDefault(cause(failure), "unknown");
    }

    /** Whether there is a route from an endpoint, or has been one since the service was started. */
    public boolean has(String point) {
        return places.containsKey(point);
    }

    /** The mapping behaviours that there are: those of the service first, then those that teams added. */
    List<String> mappingBehaviors() {
        return Stream.concat(
                        Stream.of(Destination.ONE_TO_ONE, Destination.MANY_TO_ONE),
                        new TreeSet<>(places.keySet())
                                .stream()
                                        .filter(name -> name.startsWith(MAPPING))
                                        .map(name -> name.substring(MAPPING.length())))
                .toList();
    }

    /**
     * @throws Rejection where the route of a sync's mapping behaviour is no longer there
     */
    public void requireMapping(String mappingBehavior) {
        if (!has(MAPPING + mappingBehavior)) {
            throw Rejection.badRequest("There is no mapping behavior \"" + mappingBehavior
                    + "\" any more: no route begins with direct:" + MAPPING + mappingBehavior
                    + ". Nothing was changed. Give the service its route file again (EXTRA_ROUTES), or change the sync's"
                    + " mappingBehavior to one of "
                    + mappingBehaviors().stream()
                            .map(name -> "\"" + name + "\"")
                            .collect(Collectors.joining(", ")));
        }
    }

    /**
     * A team's route failed in something of its own. It is told by where the route and the step are, and by no message of a library, which may
     * quote what it was given; what a route says itself, with {@code throwException} and {@code java.lang.IllegalStateException},
     * is repeated.
     *
     * @throws Rejection always
     */
    public void failed(String point, Throwable failure) {
        throw rejection(point, failure);
    }

    /**
     * A team's route failed, perhaps in what the service itself does, which is told as ever.
     *
     * @throws Exception always
     */
    public void failedIn(String point, Exception failure) throws Exception {
        throw isOfService(cause(failure)) ? failure : rejection(point, failure);
    }

    /** What {@link #failedIn} throws, in words. */
    public Explanation explain(String point, Throwable failure) {
        return explainer.explain(isOfService(cause(failure)) ? failure : rejection(point, failure));
    }

    private static boolean isOfService(Throwable failure) {
        return failure instanceof KmsException || failure instanceof SdkException;
    }

    /** Without what Camel's splits put around it. */
    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CamelExchangeException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private Rejection rejection(String point, Throwable failure) {
        String step = failedSteps.remove(cause(failure));
        return cause(failure) instanceof Rejection rejection
                ? rejection
                : new Rejection(
                        Rejection.Kind.BAD_REQUEST,
                        "The route from direct:" + point + " (" + places.get(point) + ") failed"
                                + (step == null ? "" : " at " + step) + ": " + why(cause(failure)),
                        failure);
    }

    private String why(Throwable failure) {
        if (failure.getClass() == IllegalStateException.class && failure.getMessage() != null) {
            return failure.getMessage();
        }
        if (failure instanceof DirectConsumerNotAvailableException) {
            return "it is there no longer, or calls one that is not there";
        }
        if (failure instanceof SdkException) {
            return aws.classify(failure).code();
        }
        return failure.getClass().getSimpleName();
    }
}
