package ai.hanzo.kms.secretsync;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
 * told, with file and line, and what was loaded before goes on.
 */
@Component
@Profile("dev")
final class RouteReload implements CamelContextConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
    private static final String FILE = "file:";

    private final String patterns;

    RouteReload(Environment settings) {
        patterns = settings.getProperty(RouteFileCheck.PATTERNS, "");
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {
        // What is to be watched is known only with the routes.
    }

    @Override
    public void afterApplicationStart(CamelContext camel) {
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
            Watcher watcher = new Watcher(directory, pattern);
            for (Route route : camel.getRoutes()) {
                watcher.remember(route.getSourceResource());
            }
            camel.addService(watcher);
            LOG.info("Watching {}/{}: what is saved there is loaded again", directory, pattern);
        } catch (Exception e) {
            throw new IllegalStateException("EXTRA_ROUTES cannot be watched: " + directory, e);
        }
    }

    private final class Watcher extends RouteWatcherReloadStrategy {
        /** What was loaded last, by location. */
        private final Map<String, byte[]> loaded = new HashMap<>();

        Watcher(String directory, String pattern) {
            super(directory);
            setPattern(pattern);
            setRemoveAllRoutes(false);
        }

        private void remember(Resource resource) throws IOException {
            if (resource != null && resource.getLocation().startsWith(FILE)) {
                try (InputStream in = resource.getInputStream()) {
                    loaded.put(resource.getLocation(), in.readAllBytes());
                }
            }
        }

        @Override
        protected void onRouteReload(Collection<Resource> resources, boolean removed) {
            if (removed) {
                LOG.warn("A route file is gone; its routes go on until the service is stopped");
                return;
            }
            RouteFiles files = RouteFiles.at(patterns);
            if (!files.mistakes().isEmpty()) {
                files.mistakes().forEach(RouteReload::notLoaded);
                return;
            }
            for (Resource resource : resources) {
                reload(files, resource);
            }
        }

        private void reload(RouteFiles files, Resource resource) {
            try {
                removeOthers(resource, files.routeIds(new File(resource.getURI()).getPath()));
                Set<String> ids =
                        PluginHelper.getRoutesLoader(getCamelContext()).updateRoutes(List.of(resource));
                remember(resource);
                LOG.info("Loaded {} again: {}", resource.getLocation(), String.join(", ", ids));
            } catch (Exception e) {
                notLoaded(files.explain(e).orElse(resource.getLocation() + ": " + e.getMessage()));
                restore(resource.getLocation());
            }
        }

        /** Routes of a file that it no longer has. */
        private void removeOthers(Resource resource, Set<String> ids) throws Exception {
            for (Route route : new ArrayList<>(getCamelContext().getRoutes())) {
                Resource source = route.getSourceResource();
                if (source != null
                        && source.getLocation().equals(resource.getLocation())
                        && !ids.contains(route.getRouteId())) {
                    getCamelContext().getRouteController().stopRoute(route.getRouteId());
                    getCamelContext().removeRoute(route.getRouteId());
                }
            }
        }

        private void restore(String location) {
            byte[] before = loaded.get(location);
            if (before == null) {
                return;
            }
            try {
                PluginHelper.getRoutesLoader(getCamelContext())
                        .updateRoutes(List.of(ResourceHelper.fromBytes(location, before)));
            } catch (Exception e) {
                LOG.error("The routes that {} had before could not be loaded again: restart the service", location, e);
            }
        }
    }

    private static void notLoaded(String mistake) {
        LOG.error("Not loaded, what was there before goes on: {}", mistake.replaceAll("\\s+", " "));
    }
}
