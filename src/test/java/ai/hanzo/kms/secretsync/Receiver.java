package ai.hanzo.kms.secretsync;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes whatever is posted to it, as a chat does. */
final class Receiver implements AutoCloseable {
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Set<String> headers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals;
    private final HttpServer server;

    private Receiver(HttpServer server, int refusals) {
        this.server = server;
        this.refusals = new AtomicInteger(refusals);
        server.createContext("/", http -> {
            byte[] body = http.getRequestBody().readAllBytes();
            headers.addAll(http.getRequestHeaders().keySet());
            boolean refused = this.refusals.getAndDecrement() > 0;
            if (!refused) {
                bodies.add(new String(body, StandardCharsets.UTF_8));
            }
            http.sendResponseHeaders(refused ? 503 : 204, -1);
            http.close();
        });
        server.start();
    }

    /**
     * @param refusals how many requests it answers with 503 first
     */
    static Receiver start(int refusals) {
        try {
            return new Receiver(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), refusals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** The body of the first request that was not refused, once it has come. */
    String first() {
        Operations.await(() -> !bodies.isEmpty());
        return bodies.get(0);
    }

    List<String> bodies() {
        return bodies;
    }

    /** Names of the headers that came with any of them. */
    Set<String> headers() {
        return headers;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
