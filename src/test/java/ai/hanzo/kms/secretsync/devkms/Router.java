package ai.hanzo.kms.secretsync.devkms;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Finds what serves a request; among patterns that match, the one added first does. */
final class Router {
    /**
     * A route.
     *
     * @param open whether it is served without a token; its handler is then called without a caller
     */
    record Route(
            String method,
            List<String> pattern,
            RateLimiter.Kind kind,
            boolean open,
            BiFunction<KmsRequest, Identity, KmsResponse> handler) {}

    /** A route and the request with the variables of its pattern. */
    record Match(Route route, KmsRequest request) {}

    private final List<Route> routes = new ArrayList<>();

    /** @param pattern segments; {@code {name}} matches one, a last {@code *} any number */
    void add(
            String method,
            String pattern,
            RateLimiter.Kind kind,
            BiFunction<KmsRequest, Identity, KmsResponse> handler) {
        routes.add(new Route(method, SecretPath.names(pattern), kind, false, handler));
    }

    /** Adds a route that needs no token. */
    void addOpen(String method, String pattern, RateLimiter.Kind kind, Function<KmsRequest, KmsResponse> handler) {
        routes.add(
                new Route(method, SecretPath.names(pattern), kind, true, (request, nobody) -> handler.apply(request)));
    }

    Optional<Match> match(KmsRequest request) {
        for (Route route : routes) {
            if (route.method().equals(request.method())) {
                Map<String, String> variables = variables(route.pattern(), request.segments());
                if (variables != null) {
                    return Optional.of(new Match(route, request.with(variables)));
                }
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> variables(List<String> pattern, List<String> segments) {
        boolean openEnded =
                !pattern.isEmpty() && pattern.get(pattern.size() - 1).equals("*");
        int fixed = openEnded ? pattern.size() - 1 : pattern.size();
        if (openEnded ? segments.size() < fixed : segments.size() != fixed) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < fixed; i++) {
            String expected = pattern.get(i);
            if (expected.startsWith("{")) {
                variables.put(expected.substring(1, expected.length() - 1), segments.get(i));
            } else if (!expected.equals(segments.get(i))) {
                return null;
            }
        }
        return variables;
    }
}
