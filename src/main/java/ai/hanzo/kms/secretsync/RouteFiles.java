package ai.hanzo.kms.secretsync;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The route files as they are written: in which line something is, and the mistakes that Camel would tell without a line, only when
 * a message comes, or not at all. It changes and loads nothing.
 */
final class RouteFiles {
    private static final String DIRECT = "direct:";
    private static final int LONGEST_MAPPING = 64;
    private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    /** What a message of Camel names that stands in the file as it is. */
    private static final List<Pattern> NAMED = List.of(
            Pattern.compile("No bean could be found in the registry for: (\\S+)"),
            Pattern.compile("Method with name: (\\S+) not found"),
            Pattern.compile("Unknown parameters=\\[\\{([^=]+)="),
            Pattern.compile("Property with key \\[([^]]+)]"),
            Pattern.compile("Unknown function: (\\S+)"),
            Pattern.compile("No endpoint could be found for: ([a-z0-9+.-]+:)"),
            Pattern.compile("Failed to resolve endpoint: ([a-z0-9+.-]+:)"));

    /** Id of the configuration of routes that name none. One that names it would get all that there are. */
    private static final String CONFIGURATION_OF_OTHERS = "*";

    private final List<File> files = new ArrayList<>();
    /** What was read of teams, by absolute path. */
    private final Map<String, byte[]> contents = new TreeMap<>();
    /** Whether all files are read here: those of the service are among them, and none is anything but YAML. */
    private boolean allRead = true;
    /** Whether every route is in these files as it is: all are read, and there are no templates, which make routes. */
    private boolean complete = true;

    private final List<String> mistakes = new ArrayList<>();
    /** Those that are in a file, by its name. */
    private final Map<String, List<String>> mistakesByFile = new TreeMap<>();

    /** One file, and everything in it that stands by itself, in order. */
    private record File(
            String name,
            boolean ofTeam,
            List<Route> routes,
            List<ScalarNode> scalars,
            Set<String> configurations,
            RouteVariables variables,
            List<RouteExpressions.Expression> expressions) {}

    /**
     * @param id null where it has none
     * @param uri of what it begins with, null where there is none
     */
    private record Route(File file, ScalarNode id, ScalarNode uri, ScalarNode configuration, Node node) {
        String place() {
            return RouteFiles.place(file.name(), (id == null ? node : id).getStartMark());
        }
    }

    private RouteFiles() {}

    /**
     * @param patterns as {@code camel.main.routes-include-pattern} has them
     */
    static RouteFiles at(String patterns) {
        RouteFiles all = new RouteFiles();
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
        for (String pattern : patterns.split(",")) {
            if (!pattern.isBlank()) {
                all.readAll(resolver, pattern.strip());
            }
        }
        all.allRead &= all.files.stream().anyMatch(file -> !file.ofTeam());
        all.complete &= all.allRead;
        all.check();
        return all;
    }

    /** What is wrong in them: a line for each, with file, line and reason. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The files of teams as they were when they were read, by absolute path. */
    Map<String, byte[]> contents() {
        return Collections.unmodifiableMap(contents);
    }

    /** Those of the mistakes that are in a file. */
    List<String> mistakes(String absolutePath) {
        return mistakesByFile.entrySet().stream()
                .filter(file -> absolute(file.getKey()).equals(absolutePath))
                .flatMap(file -> file.getValue().stream())
                .toList();
    }

    /** Ids of the routes in a file. */
    Set<String> routeIds(String absolutePath) {
        return files.stream()
                .filter(file -> file.ofTeam() && absolute(file.name()).equals(absolutePath))
                .flatMap(file -> file.routes().stream())
                .filter(route -> route.id() != null)
                .map(route -> route.id().getValue())
                .collect(Collectors.toSet());
    }

    /** File, line and reason of a failure of Camel to load or start routes; empty where it was something else. */
    Optional<String> explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedYamlEngineException yaml) {
                return Optional.of(ofYaml(yaml));
            }
            if (cause instanceof FailedToCreateRouteException route) {
                return Optional.of(ofRoute(route.getRouteId(), cause));
            }
            if (cause instanceof FailedToStartRouteException route) {
                return Optional.of(ofRoute(route.getRouteId(), cause));
            }
        }
        return Optional.empty();
    }

    private static String ofYaml(MarkedYamlEngineException yaml) {
        String reason = Stream.of(yaml.getContext(), yaml.getProblem())
                .filter(text -> text != null && !text.isBlank())
                .collect(Collectors.joining(": "))
                .replaceFirst("Unknown node id: (\\S+)", "\"$1\" is no step that Camel knows");
        return yaml.getProblemMark()
                .map(mark -> shown(mark.getName()) + ":" + (mark.getLine() + 1) + ": " + reason)
                .orElse(reason);
    }

    private String ofRoute(String id, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        String because = text.replaceFirst("(?s)^Failed to \\w+ route.*? because: ", "")
                .replaceAll("@[0-9a-f]{5,8}", "")
                .replaceAll("\\s+", " ")
                .strip();
        Route route = files.stream()
                .flatMap(file -> file.routes().stream())
                .filter(one -> one.id() != null && one.id().getValue().equals(id))
                // That of a team is the one that is new.
                .reduce((first, second) -> second)
                .orElse(null);
        if (route == null) {
            return because;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SimpleIllegalSyntaxException wrong) {
                return ofSimple(route, wrong);
            }
        }
        for (Pattern pattern : NAMED) {
            Matcher named = pattern.matcher(failure.getMessage() + "\n" + text);
            if (named.find()) {
                Optional<ScalarNode> at = scalars(route.node()).stream()
                        .filter(scalar -> scalar.getValue().contains(named.group(1)))
                        .findFirst();
                if (at.isPresent()) {
                    return place(route.file().name(), at.get().getStartMark()) + ": route " + id + ": " + because;
                }
            }
        }
        return route.place() + ": route " + id + ": " + because;
    }

    /** The expression is quoted as it stands in the file: as Simple got it, with settings put into it, it may hold a secret. */
    private static String ofSimple(Route route, SimpleIllegalSyntaxException wrong) {
        Optional<ScalarNode> at = scalars(route.node()).stream()
                .filter(scalar ->
                        scalar.getValue().strip().equals(wrong.getExpression().strip()))
                .findFirst();
        return at.map(scalar -> place(route.file().name(), scalar.getStartMark()))
                        .orElseGet(route::place)
                + ": route " + route.id().getValue() + ": Simple cannot read "
                + at.map(scalar -> '"' + scalar.getValue() + '"').orElse("an expression with settings in it")
                + ": " + SimpleSyntax.reason(wrong.getShortMessage());
    }

    private void readAll(PathMatchingResourcePatternResolver resolver, String pattern) {
        boolean own = pattern.startsWith("classpath:");
        List<Resource> found = found(resolver, pattern);
        if (found.isEmpty() && !own) {
            mistakes.add("EXTRA_ROUTES: there is no "
                    + (pattern.matches("[a-z*]{2,}:.*")
                            ? "file " + pattern
                            : pattern + " on the class path; a file begins with file:, such as file:" + pattern));
        }
        for (Resource resource : found) {
            read(resource, own);
        }
    }

    private static List<Resource> found(PathMatchingResourcePatternResolver resolver, String pattern) {
        try {
            return Stream.of(resolver.getResources(pattern))
                    .filter(Resource::exists)
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Resource resource, boolean own) {
        String name = own ? "routes/" + resource.getFilename() : nameOf(resource);
        boolean yaml = resource.getFilename().matches(".*\\.ya?ml");
        allRead &= yaml;
        if (!yaml && !resource.isReadable()) {
            // Such as a directory.
            return;
        }
        byte[] content;
        try {
            content = resource.getContentAsByteArray();
        } catch (NoSuchFileException | FileNotFoundException e) {
            // Gone since it was found.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!own) {
            contents.put(absolute(name), content);
        }
        if (yaml) {
            parse(name, !own, new String(content, StandardCharsets.UTF_8));
        }
    }

    private void parse(String name, boolean ofTeam, String text) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root == null) {
                return;
            }
            if (!(root instanceof SequenceNode list)) {
                wrong(
                        name,
                        root.getStartMark(),
                        "a route file is a list, of which each item begins with a dash, such as \"- route:\"");
                return;
            }
            File file = new File(
                    name,
                    ofTeam,
                    new ArrayList<>(),
                    scalars(root),
                    new HashSet<>(),
                    RouteVariables.in(root),
                    RouteExpressions.in(root));
            files.add(file);
            list.getValue().forEach(item -> item(file, item));
        } catch (MarkedYAMLException e) {
            String begun = e.getContext() == null || e.getContextMark() == null
                    ? ""
                    : e.getContext() + " that begins in line "
                            + (e.getContextMark().getLine() + 1) + ": ";
            wrong(name, e.getProblemMark(), begun + e.getProblem());
        }
    }

    private static String nameOf(Resource resource) {
        try {
            return resource.getFile().getPath();
        } catch (IOException e) {
            return resource.getDescription();
        }
    }

    private void item(File file, Node item) {
        complete &= value(item, "routeTemplate").isEmpty()
                && value(item, "templatedRoute").isEmpty();
        Node route = value(item, "route").orElse(null);
        if (route == null && value(item, "from").isPresent()) {
            route = item;
        }
        if (route != null) {
            Node from = value(route, "from").orElse(null);
            Node uri = from instanceof ScalarNode ? from : value(from, "uri").orElse(null);
            file.routes()
                    .add(new Route(
                            file,
                            scalar(value(route, "id")),
                            scalar(Optional.ofNullable(uri)),
                            scalar(value(route, "routeConfigurationId")),
                            route));
        }
        value(item, "routeConfiguration")
                .flatMap(configuration -> value(configuration, "id"))
                .map(id -> ((ScalarNode) id).getValue())
                .filter(id -> !id.equals(CONFIGURATION_OF_OTHERS))
                .ifPresent(file.configurations()::add);
    }

    private void check() {
        Map<String, String> ids = new HashMap<>();
        Map<String, String> consumers = new HashMap<>();
        for (File file : files) {
            for (Route route : file.routes()) {
                once(ids, file, route.id(), "another route has the id ");
                if (direct(route.uri()) != null) {
                    once(consumers, file, route.uri(), "another route begins with ");
                }
            }
        }
        Set<String> configurations =
                files.stream().flatMap(file -> file.configurations().stream()).collect(Collectors.toSet());
        for (File file : files) {
            if (file.ofTeam()) {
                file.routes().forEach(route -> checkOfTeam(route, configurations));
                if (complete) {
                    file.scalars().forEach(scalar -> called(file, scalar, consumers.keySet()));
                }
            }
        }
        checkVariables();
        checkExpressions();
    }

    private void checkExpressions() {
        SimpleSyntax simple = new SimpleSyntax();
        for (File file : files) {
            if (file.ofTeam()) {
                for (RouteExpressions.Expression expression : file.expressions()) {
                    String text = expression.at().getValue();
                    simple.mistake(text, expression.kind())
                            .ifPresent(reason ->
                                    wrong(file, expression.at(), "Simple cannot read \"" + text + "\": " + reason));
                }
            }
        }
    }

    /** A condition with a variable that there is not is never true, nor told: a rule of a team would not hold. */
    private void checkVariables() {
        if (!allRead || files.stream().anyMatch(file -> file.variables().setsAny())) {
            return;
        }
        Set<String> known = RouteVariables.names();
        files.forEach(file -> known.addAll(file.variables().set()));
        for (File file : files) {
            for (RouteVariables.Read read : file.variables().read()) {
                if (!known.contains(read.name())) {
                    wrong(
                            file,
                            read.at(),
                            "there is no variable \"" + read.name() + "\""
                                    + RouteVariables.meant(read.name(), known)
                                            .map(name -> "; did you mean \"" + name + "\"?")
                                            .orElse(": no route sets it"));
                }
            }
        }
    }

    /**
     * @param seen where each name stands that was seen before
     */
    private void once(Map<String, String> seen, File file, ScalarNode what, String message) {
        if (what == null) {
            return;
        }
        String name = withoutOptions(what.getValue());
        String other = seen.putIfAbsent(name, place(file.name(), what.getStartMark()));
        if (other != null) {
            wrong(file, what, message + name + ": " + other + ". There can be one");
        }
    }

    private void checkOfTeam(Route route, Set<String> configurations) {
        if (complete
                && route.configuration() != null
                && !configurations.contains(route.configuration().getValue())) {
            wrong(
                    route.file(),
                    route.configuration(),
                    "there is no route configuration " + route.configuration().getValue());
        }
        String name = direct(route.uri());
        if (name == null) {
            return;
        }
        if (name.startsWith(TeamRoutes.MAPPING)) {
            String mapping = name.substring(TeamRoutes.MAPPING.length());
            if (!SLUG.matcher(mapping).matches()
                    || mapping.length() > LONGEST_MAPPING
                    || Set.of("one-to-one", "many-to-one").contains(mapping)) {
                wrong(
                        route.file(),
                        route.uri(),
                        "\"" + mapping + "\" cannot be a mapping behavior: take up to " + LONGEST_MAPPING
                                + " lower-case letters, digits and single hyphens, and not one-to-one or many-to-one");
            }
        } else if (complete && !TeamRoutes.POINTS.contains(name) && !isCalled(name)) {
            wrong(
                    route.file(),
                    route.uri(),
                    "nothing calls direct:" + name + ". The service calls direct:mapping-<name>, "
                            + new TreeSet<>(TeamRoutes.POINTS)
                                    .stream().map(DIRECT::concat).collect(Collectors.joining(", ")));
        }
    }

    private boolean isCalled(String name) {
        Predicate<ScalarNode> calls = scalar -> {
            String text = withoutOptions(scalar.getValue());
            int dynamic = text.indexOf("${");
            return dynamic < 0
                    ? text.equals(DIRECT + name)
                    : text.startsWith(DIRECT) && (DIRECT + name).startsWith(text.substring(0, dynamic));
        };
        Set<ScalarNode> beginnings = files.stream()
                .flatMap(file -> file.routes().stream())
                .map(Route::uri)
                .collect(Collectors.toSet());
        return files.stream()
                .flatMap(file -> file.scalars().stream())
                .anyMatch(scalar -> !beginnings.contains(scalar) && calls.test(scalar));
    }

    private void called(File file, ScalarNode scalar, Set<String> consumers) {
        String text = withoutOptions(scalar.getValue());
        if (direct(scalar) != null && !text.contains("${") && !text.contains("{{") && !consumers.contains(text)) {
            wrong(file, scalar, "no route begins with " + text);
        }
    }

    private void wrong(File file, Node at, String reason) {
        wrong(file.name(), at.getStartMark(), reason);
    }

    private void wrong(String file, Mark at, String reason) {
        String mistake = place(file, at) + ": " + reason;
        mistakes.add(mistake);
        mistakesByFile.computeIfAbsent(file, name -> new ArrayList<>()).add(mistake);
    }

    /** The name of a {@code direct:} endpoint; null for anything else. */
    private static String direct(ScalarNode uri) {
        return uri == null || !uri.getValue().matches("direct:\\S+")
                ? null
                : withoutOptions(uri.getValue()).substring(DIRECT.length());
    }

    private static String withoutOptions(String uri) {
        return uri.startsWith(DIRECT) ? uri.split("\\?", 2)[0] : uri;
    }

    static Optional<Node> value(Node mapping, String key) {
        if (!(mapping instanceof MappingNode map)) {
            return Optional.empty();
        }
        return map.getValue().stream()
                .filter(entry -> entry.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private static ScalarNode scalar(Optional<Node> node) {
        return node.filter(ScalarNode.class::isInstance)
                .map(ScalarNode.class::cast)
                .orElse(null);
    }

    static List<ScalarNode> scalars(Node node) {
        if (node instanceof ScalarNode scalar) {
            return List.of(scalar);
        }
        Stream<Node> parts = Stream.empty();
        if (node instanceof SequenceNode list) {
            parts = list.getValue().stream();
        } else if (node instanceof MappingNode map) {
            parts = map.getValue().stream().flatMap(entry -> Stream.of(entry.getKeyNode(), entry.getValueNode()));
        }
        return parts.flatMap(part -> scalars(part).stream()).toList();
    }

    private static String place(String file, Mark mark) {
        return shown(file) + ":" + (mark.getLine() + 1);
    }

    static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private static String shown(String file) {
        return file.replaceFirst("^file:", "").replaceFirst("^classpath:", "");
    }
}
