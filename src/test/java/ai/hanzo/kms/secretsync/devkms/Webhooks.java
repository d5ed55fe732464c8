package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Tells registered receivers, once and without content, that secrets of a folder have changed. */
final class Webhooks implements AutoCloseable {
    private record Webhook(String id, Project project, String environment, String glob, URI url, String key) {
        boolean covers(Project changed, Address address) {
            return project.id().equals(changed.id())
                    && environment.equals(address.environment())
                    && matches(glob, address.path());
        }
    }

    private record Pending(Project project, Address folder) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration DEBOUNCE = Duration.ofSeconds(4);

    private final KmsClock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "development-kms-webhooks");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Webhook> webhooks = new LinkedHashMap<>();
    private final Map<Pending, Future<?>> pending = new HashMap<>();
    private final List<WebhookDelivery> deliveries = new CopyOnWriteArrayList<>();
    private Duration debounce = DEBOUNCE;
    private String header = WebhookSignature.KMS_HEADER;

    Webhooks(KmsClock clock) {
        this.clock = clock;
    }

    synchronized String add(Project project, String environment, String glob, URI url, String key) {
        String id = UUID.randomUUID().toString();
        webhooks.put(id, new Webhook(id, project, environment, glob, url, key));
        return id;
    }

    synchronized void remove(String id) {
        webhooks.remove(id);
    }

    synchronized void debounce(Duration newDebounce) {
        debounce = newDebounce;
    }

    synchronized void header(String newHeader) {
        header = newHeader;
    }

    List<WebhookDelivery> deliveries() {
        return List.copyOf(deliveries);
    }

    /** Schedules the notice of a change, replacing one that waits for the same folder. */
    synchronized void secretsChanged(Folder folder) {
        Pending change = new Pending(folder.space().project(), folder.address());
        if (webhooks.values().stream().noneMatch(webhook -> webhook.covers(change.project(), change.folder()))) {
            return;
        }
        Future<?> waiting = pending.remove(change);
        if (waiting != null) {
            waiting.cancel(false);
        }
        pending.put(change, scheduler.schedule(() -> deliver(change), debounce.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Delivers what still waits for its debounce, and returns when everything has been delivered. */
    void flush() {
        List<Pending> waiting;
        synchronized (this) {
            waiting = List.copyOf(pending.keySet());
        }
        try {
            scheduler.submit(() -> waiting.forEach(this::deliver)).get();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void deliver(Pending change) {
        List<Webhook> receivers;
        synchronized (this) {
            Future<?> waiting = pending.remove(change);
            if (waiting == null) {
                return;
            }
            waiting.cancel(false);
            receivers = webhooks.values().stream()
                    .filter(webhook -> webhook.covers(change.project(), change.folder()))
                    .toList();
        }
        receivers.forEach(
                webhook -> post(webhook, "secrets.modified", change.folder().path()));
    }

    /** Delivers a {@code test} event at once. */
    WebhookDelivery test(String id) {
        Webhook webhook;
        synchronized (this) {
            webhook = webhooks.get(id);
        }
        if (webhook == null) {
            throw new IllegalArgumentException("No webhook " + id);
        }
        return post(webhook, "test", webhook.glob());
    }

    private WebhookDelivery post(Webhook webhook, String event, String path) {
        long timestamp = clock.now().toEpochMilli();
        byte[] body = body(webhook, event, path, timestamp);
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.url())
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (webhook.key() != null) {
            synchronized (this) {
                request.header(header, WebhookSignature.of(webhook.key(), timestamp, body));
            }
        }
        WebhookDelivery delivery =
                new WebhookDelivery(webhook.id(), event, webhook.environment(), path, status(request.build()));
        deliveries.add(delivery);
        return delivery;
    }

    private int status(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException unreachable) {
            return 0;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static byte[] body(Webhook webhook, String event, String path, long timestamp) {
        ObjectNode body = KmsRequest.JSON.createObjectNode().put("event", event);
        body.putObject("project")
                .put("workspaceId", webhook.project().id())
                .put("projectId", webhook.project().id())
                .put("projectName", webhook.project().name())
                .put("environment", webhook.environment())
                .put("secretPath", path);
        body.put("timestamp", timestamp);
        try {
            return KmsRequest.JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Upstream's globs: {@code /} is the root only, {@code /**} everything, {@code /a/**} also {@code /a} itself. */
    static boolean matches(String glob, String path) {
        StringBuilder regex = new StringBuilder();
        for (String name : SecretPath.names(glob)) {
            regex.append(
                    name.equals("**") ? "(/.*)?" : "/" + Pattern.quote(name).replace("*", "\\E[^/]*\\Q"));
        }
        String subject = path.equals(SecretPath.ROOT) ? "" : path;
        return Pattern.matches(regex.toString(), subject);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
