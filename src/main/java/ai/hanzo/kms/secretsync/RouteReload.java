package ai.hanzo.kms.secretsync;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * While routes are written, and never in production: a file of {@code EXTRA_ROUTES} that is saved is loaded again. One with a mistake is
 * told, with file and line, and what was loaded before goes on; so do the routes of one that is gone or empty.
 */
@Component
@Profile("dev")
final class RouteReload implements CamelContextConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
    private static final String FILE = "file:";

    private final String patterns;
    /** What was loaded last, by path. */
    private final Map<String, byte[]> loaded = new HashMap<>();
    /** What was looked at last, by path: for one change there may be several events. */
    private final Map<String, byte[]> seen = new HashMap<>();
    /** What is to be loaded as soon as no file has a mistake, by path. */
    private final Map<String, Resource> pending = new LinkedHashMap<>();

    RouteReload(Environment settings) {
        patterns = settings.getProperty(RouteFileCheck.PATTERNS, "");
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {
        // What is to be watched is known only with the routes.
    }

    @Override
    public void afterApplicationStart(CamelContext camel) {
        for (Route route : camel.getRoutes()) {
            Resource source = route.getSourceResource();
            if (source != null && source.getLocation().startsWith(FILE)) {
                byte[] content = content(source).orElseThrow();
                loaded.put(path(source), content);
                seen.put(path(source), content);
            }
        }
        for (String pattern : patterns.split(",")) {
            String path = pattern.strip();
            if (path.startsWith(FILE)) {
                File file = new File(path.substring(FILE.length()));
                watch(camel, file.getAbsoluteFile().getParent(), file.getName());
            }
        }
    }

    private void watch(CamelContext camel, String directory, String pattern) {
        try {
            camel.addService(new Watcher(directory, pattern));
            LOG.info("Watching {}/{}: what is saved there is loaded again", directory, pattern);
        } catch (Exception e) {
            throw new IllegalStateException("EXTRA_ROUTES cannot be watched: " + directory, e);
        }
    }

    private final class Watcher extends RouteWatcherReloadStrategy {
        Watcher(String directory, String pattern) {
            super(directory);
            setPattern(pattern);
            setRemoveAllRoutes(false);
        }

        @Override
        protected void onRouteReload(Collection<Resource> resources, boolean removed) {
            resources.forEach(resource -> changed(getCamelContext(), resource));
        }
    }

    private synchronized void changed(CamelContext camel, Resource resource) {
        String path = path(resource);
        byte[] content = content(resource).orElse(null);
        // An editor empties a file before it writes it.
        boolean beingWritten = content != null && content.length == 0;
        if (beingWritten || Arrays.equals(content, seen.get(path))) {
            return;
        }
        seen.put(path, content);
        if (content == null) {
            pending.remove(path);
            LOG.warn(
                    "{} is gone; its routes go on until the service is stopped: {}",
                    path,
                    String.join(", ", routes(camel, path)));
            return;
        }
        pending.put(path, resource);
        RouteFiles files = RouteFiles.at(patterns);
        if (!files.mistakes().isEmpty()) {
            files.mistakes().forEach(RouteReload::notLoaded);
            return;
        }
        List<Resource> all = List.copyOf(pending.values());
        pending.clear();
        all.forEach(one -> load(camel, files, one));
    }

    private void load(CamelContext camel, RouteFiles files, Resource resource) {
        String path = path(resource);
        try {
            removeOthers(camel, path, files.routeIds(path));
            Set<String> ids = PluginHelper.getRoutesLoader(camel).updateRoutes(List.of(resource));
            boolean again = loaded.put(path, seen.get(path)) != null;
            LOG.info("Loaded {}{}: {}", path, again ? " again" : "", String.join(", ", ids));
        } catch (Exception e) {
            notLoaded(files.explain(e).orElse(path + ": " + e.getMessage()));
            restore(camel, resource);
        }
    }

    /** Routes of a file that it no longer has. */
    private static void removeOthers(CamelContext camel, String path, Set<String> ids) throws Exception {
        for (String id : routes(camel, path)) {
            if (!ids.contains(id)) {
                camel.getRouteController().stopRoute(id);
                camel.removeRoute(id);
            }
        }
    }

    private void restore(CamelContext camel, Resource resource) {
        byte[] before = loaded.get(path(resource));
        if (before == null) {
            return;
        }
        try {
            PluginHelper.getRoutesLoader(camel)
                    .updateRoutes(List.of(ResourceHelper.fromBytes(resource.getLocation(), before)));
        } catch (Exception e) {
            LOG.error(
                    "The routes that {} had before could not be loaded again: restart the service", path(resource), e);
        }
    }

    /** Ids of the routes that came from a file. */
    private static List<String> routes(CamelContext camel, String path) {
        return camel.getRoutes().stream()
                .filter(route -> route.getSourceResource() != null
                        && route.getSourceResource().getLocation().startsWith(FILE)
                        && path(route.getSourceResource()).equals(path))
                .map(Route::getRouteId)
                .toList();
    }

    /** Empty where there is no such file. */
    private static Optional<byte[]> content(Resource resource) {
        try {
            return Optional.of(Files.readAllBytes(Path.of(path(resource))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same whether {@code EXTRA_ROUTES} has it from the root or not. */
    private static String path(Resource resource) {
        return RouteFiles.absolute(resource.getLocation().substring(FILE.length()));
    }

    private static void notLoaded(String mistake) {
        LOG.error("Not loaded, what was there before goes on: {}", mistake.replaceAll("\\s+", " "));
    }
}
