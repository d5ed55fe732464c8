package ai.hanzo.kms.secretsync;

import java.io.File;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    /** What was looked at last, by path. */
    private final Map<String, byte[]> seen = new HashMap<>();
    /** Paths of what is to be loaded as soon as no file has a mistake. */
    private final Set<String> pending = new LinkedHashSet<>();
    /** Mistakes that are there and were told since their file was saved. */
    private final Set<String> told = new HashSet<>();

    RouteReload(Environment settings) {
        patterns = settings.getProperty(RouteFileCheck.PATTERNS, "");
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {
        // What is to be watched is known only with the routes.
    }

    @Override
    public void afterApplicationStart(CamelContext camel) {
        seen.putAll(RouteFiles.at(patterns).contents());
        loaded.putAll(seen);
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

    /** For one change there may be several events, and one look may find several changes. */
    private synchronized void changed(CamelContext camel, Resource resource) {
        RouteFiles files = RouteFiles.at(patterns);
        Map<String, byte[]> now = files.contents();
        if (now.containsKey(path(resource)) && isBeingWritten(now.get(path(resource)))) {
            return;
        }
        boolean gone = forgetGone(camel, now.keySet());
        List<String> saved = now.keySet().stream()
                .filter(path -> !isBeingWritten(now.get(path)) && !Arrays.equals(now.get(path), seen.get(path)))
                .toList();
        for (String path : saved) {
            seen.put(path, now.get(path));
            pending.add(path);
            told.removeAll(files.mistakes(path));
        }
        if (!saved.isEmpty() || gone && !pending.isEmpty()) {
            loadPending(camel, files, saved);
        }
    }

    /** An editor empties a file before it writes it. */
    private static boolean isBeingWritten(byte[] content) {
        return content.length == 0;
    }

    /**
     * @return whether there were any
     */
    private boolean forgetGone(CamelContext camel, Set<String> there) {
        List<String> gone =
                seen.keySet().stream().filter(path -> !there.contains(path)).toList();
        for (String path : gone) {
            seen.remove(path);
            pending.remove(path);
            List<String> routes = routes(camel, path);
            if (!routes.isEmpty()) {
                LOG.warn(
                        "{} is gone; its routes go on until the service is stopped: {}",
                        path,
                        String.join(", ", routes));
            }
        }
        return !gone.isEmpty();
    }

    /** What is right is held back by a mistake elsewhere, until that is mended or its file is gone. */
    private void loadPending(CamelContext camel, RouteFiles files, List<String> saved) {
        told.retainAll(files.mistakes());
        files.mistakes().stream().filter(told::add).forEach(RouteReload::notLoaded);
        if (!told.isEmpty()) {
            saved.stream()
                    .filter(path -> files.mistakes(path).isEmpty())
                    .forEach(path -> LOG.warn("{} has no mistake, and is loaded once no other file has one", path));
            return;
        }
        List<String> all = List.copyOf(pending);
        pending.clear();
        all.forEach(path -> load(camel, files, path));
    }

    private void load(CamelContext camel, RouteFiles files, String path) {
        try {
            removeOthers(camel, path, files.routeIds(path));
            byte[] content = files.contents().get(path);
            Set<String> ids = PluginHelper.getRoutesLoader(camel)
                    .updateRoutes(List.of(ResourceHelper.fromBytes(FILE + path, content)));
            boolean again = loaded.put(path, content) != null;
            LOG.info("Loaded {}{}: {}", path, again ? " again" : "", String.join(", ", ids));
        } catch (Exception e) {
            notLoaded(files.explain(e).orElse(path + ": " + e.getMessage()));
            restore(camel, path);
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

    private void restore(CamelContext camel, String path) {
        byte[] before = loaded.get(path);
        if (before == null) {
            return;
        }
        try {
            PluginHelper.getRoutesLoader(camel).updateRoutes(List.of(ResourceHelper.fromBytes(FILE + path, before)));
        } catch (Exception e) {
            LOG.error("The routes that {} had before could not be loaded again: restart the service", path, e);
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

    /** The same whether {@code EXTRA_ROUTES} has it from the root or not. */
    private static String path(Resource resource) {
        return RouteFiles.absolute(resource.getLocation().substring(FILE.length()));
    }

    private static void notLoaded(String mistake) {
        LOG.error("Not loaded, what was there before goes on: {}", mistake.replaceAll("\\s+", " "));
    }
}
