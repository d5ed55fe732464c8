package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.ConnectionRequests;
import ai.hanzo.kms.secretsync.api.CreateConnectionRequest;
import ai.hanzo.kms.secretsync.api.CreateSyncRequest;
import ai.hanzo.kms.secretsync.api.SyncRequests;
import ai.hanzo.kms.secretsync.api.ValidationException;
import ai.hanzo.kms.secretsync.files.Entry;
import ai.hanzo.kms.secretsync.files.FileContents;
import ai.hanzo.kms.secretsync.files.Mistake;
import ai.hanzo.kms.secretsync.sync.Rejection;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What the files say as requests of the API, by the rules of the API. */
@Component
class FileRequests {
    private static final String CONNECTION_ID = "connectionId";
    private static final String CONNECTION_NAME = "connectionName";
    /** Stands for the id of a connection that is named. */
    private static final UUID NAMED = new UUID(0, 0);

    private final ConnectionRequests connections;
    private final SyncRequests syncs;

    FileRequests(ConnectionRequests connections, SyncRequests syncs) {
        this.connections = connections;
        this.syncs = syncs;
    }

    /** A connection that there is to be. */
    record Connection(Entry entry, CreateConnectionRequest request) {
        Key key() {
            return new Key(request.projectId(), request.name());
        }
    }

    /**
     * A sync that there is to be.
     *
     * @param connectionName null where the request has the id
     * @param others names of connections of additional destinations, by the id that stands for each in the request
     */
    record Sync(Entry entry, String connectionName, Map<UUID, String> others, CreateSyncRequest request) {
        Key key() {
            return new Key(request.projectId(), request.name());
        }

        /** The connection, where it is named. */
        Optional<Key> connection() {
            return Optional.ofNullable(connectionName).map(name -> new Key(request.projectId(), name));
        }

        /** All connections that are named. */
        List<Key> connections() {
            return Stream.concat(Stream.ofNullable(connectionName), others.values().stream())
                    .map(name -> new Key(request.projectId(), name))
                    .distinct()
                    .toList();
        }
    }

    /** How files recognise what there is. */
    record Key(String projectId, String name) {}

    /** Everything that there is to be, in the order of the files, and what is wrong with it. */
    record Requests(List<Connection> connections, List<Sync> syncs, List<Mistake> mistakes) {}

    Requests of(FileContents contents) {
        List<Mistake> mistakes = new ArrayList<>(contents.mistakes());
        Requests requests = new Requests(new ArrayList<>(), new ArrayList<>(), mistakes);
        contents.connections().forEach(entry -> connection(entry, mistakes).ifPresent(requests.connections()::add));
        contents.syncs().forEach(entry -> sync(entry, mistakes).ifPresent(requests.syncs()::add));
        distinct(requests.connections(), Connection::key, Connection::entry, mistakes);
        distinct(requests.syncs(), Sync::key, Sync::entry, mistakes);
        return requests;
    }

    private Optional<Connection> connection(Entry entry, List<Mistake> mistakes) {
        return valid(entry, connections::create, mistakes)
                .filter(request -> {
                    if (request.projectId() == null) {
                        mistakes.add(
                                entry.mistake("projectId", "Required: a connection of a file belongs to a project."));
                    }
                    return request.projectId() != null;
                })
                .map(request -> new Connection(entry, request));
    }

    private Optional<Sync> sync(Entry entry, List<Mistake> mistakes) {
        JsonNode name = entry.json().path(CONNECTION_NAME);
        boolean named = name.isTextual();
        if (named == entry.json().has(CONNECTION_ID)) {
            mistakes.add(entry.mistake(
                    CONNECTION_NAME, "Give the name of a connection of the project, or its id as connectionId."));
        }
        if (named || !entry.json().has(CONNECTION_ID)) {
            entry.json().put(CONNECTION_ID, NAMED.toString());
        }
        Map<UUID, String> others = others(entry, named ? name.textValue().strip() : null, mistakes);
        return valid(entry, syncs::create, mistakes)
                .map(request -> new Sync(entry, named ? name.textValue().strip() : null, others, request));
    }

    /** Puts an id in place of the name of each connection of an additional destination; without a name it is the sync's. */
    private static Map<UUID, String> others(Entry entry, String own, List<Mistake> mistakes) {
        Map<UUID, String> others = new HashMap<>();
        JsonNode places = entry.json().at("/destinationConfig/additionalDestinations");
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i) instanceof ObjectNode place
                    && place.path(CONNECTION_NAME).isTextual()) {
                String connection = place.path(CONNECTION_NAME).textValue().strip();
                if (place.has(CONNECTION_ID)) {
                    mistakes.add(entry.mistake(
                            "destinationConfig.additionalDestinations[" + i + "]." + CONNECTION_NAME,
                            "Give the name of a connection of the project, or its id as connectionId."));
                } else if (!connection.equals(own)) {
                    UUID standIn = UUID.nameUUIDFromBytes(connection.getBytes(StandardCharsets.UTF_8));
                    place.put(CONNECTION_ID, standIn.toString());
                    others.put(standIn, connection);
                }
            }
        }
        return others;
    }

    private static <T> Optional<T> valid(Entry entry, Function<byte[], T> rules, List<Mistake> mistakes) {
        try {
            return Optional.of(rules.apply(entry.json().toString().getBytes(StandardCharsets.UTF_8)));
        } catch (ValidationException e) {
            e.issues().forEach(issue -> mistakes.add(entry.mistake(place(issue.path()), issue.message())));
        } catch (Rejection e) {
            mistakes.add(entry.mistake("", e.getMessage()));
        }
        return Optional.empty();
    }

    private static String place(List<Object> path) {
        StringBuilder place = new StringBuilder();
        for (Object step : path) {
            if (step instanceof Integer index) {
                place.append('[').append(index).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(step);
            }
        }
        return place.toString();
    }

    private static <T> void distinct(
            List<T> requests, Function<T, Key> key, Function<T, Entry> entry, List<Mistake> mistakes) {
        Map<Key, Entry> seen = new HashMap<>();
        for (T request : requests) {
            Entry first = seen.putIfAbsent(key.apply(request), entry.apply(request));
            if (first != null) {
                mistakes.add(entry.apply(request)
                        .mistake("name", "There is another of this name in the project: " + first + ". Rename one."));
            }
        }
    }
}
