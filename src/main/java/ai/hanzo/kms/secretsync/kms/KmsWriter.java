package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.kms.KmsReader.Dialect;
import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Writes secrets in batches that the KMS takes as one transaction each. A batch that is refused for what is in it is split
 * until the key at fault stands alone.
 */
final class KmsWriter {
    private static final int CHUNK_SECRETS = 100;
    /** The KMS fails on bodies over 1 MiB, with status 500 (specification 1.5). */
    private static final int CHUNK_BYTES = 700 * 1024;
    /** Calls that may be spent on finding keys at fault, in one upsert; the KMS takes 40 a minute. */
    private static final int SPLITS = 30;

    private final KmsAccess access;
    private final KmsReader reader;

    KmsWriter(KmsAccess access, KmsReader reader) {
        this.access = access;
        this.reader = reader;
    }

    UpsertResult upsert(Source source, SortedMap<String, SecretText> entries) {
        return new Upsert(source, entries).run();
    }

    private record Entry(String key, ObjectNode json, int bytes) {
        @Override
        public String toString() {
            return key;
        }
    }

    private final class Upsert {
        private final Source source;
        private final SortedMap<String, SecretText> entries;
        private final SortedSet<String> applied = new TreeSet<>();
        private final SortedMap<String, String> pending = new TreeMap<>();
        private final SortedMap<String, String> refused = new TreeMap<>();
        private final Deque<List<Entry>> chunks = new ArrayDeque<>();
        private int splits;

        Upsert(Source source, SortedMap<String, SecretText> entries) {
            this.source = source;
            this.entries = entries;
        }

        UpsertResult run() {
            cut();
            KmsException failure = null;
            while (failure == null && !chunks.isEmpty()) {
                List<Entry> chunk = chunks.pop();
                try {
                    write(chunk);
                } catch (KmsException e) {
                    failure = e;
                    refuse(chunk, e.getMessage());
                    chunks.forEach(rest -> refuse(rest, "Not attempted: " + e.getMessage()));
                }
            }
            return new UpsertResult(
                    Collections.unmodifiableSortedSet(applied),
                    Collections.unmodifiableSortedMap(pending),
                    Collections.unmodifiableSortedMap(refused),
                    failure);
        }

        private void cut() {
            List<Entry> chunk = new ArrayList<>();
            int bytes = 0;
            for (Map.Entry<String, SecretText> one : entries.entrySet()) {
                String refusal = KmsText.refusal(one.getKey()).orElse(null);
                if (refusal != null) {
                    refused.put(one.getKey(), refusal);
                    continue;
                }
                ObjectNode json = KmsReply.JSON.createObjectNode();
                json.put("secretKey", one.getKey());
                json.put("secretValue", KmsText.normalise(one.getValue()).reveal());
                Entry entry = new Entry(one.getKey(), json, bytes(json).length + 1);
                if (entry.bytes() > CHUNK_BYTES) {
                    refused.put(one.getKey(), "The value is too large for the KMS.");
                    continue;
                }
                if (chunk.size() == CHUNK_SECRETS || bytes + entry.bytes() > CHUNK_BYTES) {
                    chunks.add(chunk);
                    chunk = new ArrayList<>();
                    bytes = 0;
                }
                chunk.add(entry);
                bytes += entry.bytes();
            }
            if (!chunk.isEmpty()) {
                chunks.add(chunk);
            }
        }

        private void write(List<Entry> chunk) {
            KmsReply reply = send(chunk);
            switch (reply.status()) {
                case 200 -> applied(chunk, reply.object());
                case 400 -> split(chunk, said(chunk, reply));
                // The issues repeat what was sent, so only their places are looked at.
                case 422 -> split(chunk, "The KMS does not accept this name or value.", atFault(chunk, reply));
                case 403 -> refuse(chunk, said(chunk, reply));
                case 404 -> {
                    if (reply.routeMissing()) {
                        throw new KmsException(SourceFailure.PROTOCOL, "The KMS cannot write secrets in batches.");
                    }
                    refuse(chunk, said(chunk, reply));
                }
                default -> throw KmsReader.unexpected("writing of secrets", withoutMessage(reply));
            }
        }

        private KmsReply send(List<Entry> chunk) {
            KmsReply reply = access.send(request(reader.dialect(), chunk));
            if (reader.dialect() == Dialect.V4 && reply.routeMissing()) {
                KmsReply older = access.send(request(Dialect.V3, chunk));
                if (!older.routeMissing()) {
                    reader.remember(Dialect.V3);
                    return older;
                }
            }
            return reply;
        }

        private KmsRequest request(Dialect dialect, List<Entry> chunk) {
            ObjectNode body = KmsReply.JSON.createObjectNode();
            body.put(dialect == Dialect.V4 ? "projectId" : "workspaceId", source.projectId());
            body.put("environment", source.environment());
            body.put("secretPath", source.secretPath());
            body.put("mode", "upsert");
            ArrayNode secrets = body.putArray("secrets");
            chunk.forEach(entry -> secrets.add(entry.json()));
            return KmsRequest.json(
                    Quota.SECRETS,
                    HttpMethod.PATCH,
                    dialect == Dialect.V4 ? "/api/v4/secrets/batch" : "/api/v3/secrets/batch/raw",
                    bytes(body));
        }

        private void applied(List<Entry> chunk, JsonNode answer) {
            JsonNode approval = answer.path("approval");
            if (approval.isObject()) {
                String id = approval.path("id").asText(approval.path("slug").asText("unknown"));
                chunk.forEach(entry -> pending.put(entry.key(), id));
                return;
            }
            if (!answer.path("secrets").isArray()) {
                throw new KmsException(SourceFailure.PROTOCOL, "The KMS did not say what it wrote.");
            }
            Set<String> rotated = new TreeSet<>();
            for (JsonNode secret : answer.path("secrets")) {
                if (secret.path("isRotatedSecret").asBoolean(false)) {
                    rotated.add(secret.path("secretKey").asText());
                }
            }
            for (Entry entry : chunk) {
                if (rotated.contains(entry.key())) {
                    refused.put(entry.key(), "The KMS rotates this secret itself and keeps its value.");
                } else {
                    applied.add(entry.key());
                }
            }
        }

        private void split(List<Entry> chunk, String reason, List<Entry> atFault) {
            if (atFault.isEmpty() || atFault.size() == chunk.size()) {
                split(chunk, reason);
                return;
            }
            refuse(atFault, reason);
            List<Entry> rest = new ArrayList<>(chunk);
            rest.removeAll(atFault);
            chunks.push(rest);
        }

        private void split(List<Entry> chunk, String reason) {
            if (chunk.size() == 1 || splits >= SPLITS) {
                refuse(chunk, reason);
                return;
            }
            splits += 2;
            int half = chunk.size() / 2;
            chunks.push(chunk.subList(half, chunk.size()));
            chunks.push(chunk.subList(0, half));
        }

        /** The entries that validation issues point at, by {@code path: [..., "secrets", index, ...]}. */
        private List<Entry> atFault(List<Entry> chunk, KmsReply reply) {
            Set<Integer> places = new TreeSet<>();
            for (JsonNode issue : reply.object().path("message")) {
                boolean inSecrets = false;
                for (JsonNode step : issue.path("path")) {
                    if (inSecrets && step.isInt() && step.asInt() >= 0 && step.asInt() < chunk.size()) {
                        places.add(step.asInt());
                    }
                    inSecrets = step.asText().equals("secrets");
                }
            }
            return places.stream().map(chunk::get).toList();
        }

        private void refuse(List<Entry> chunk, String reason) {
            chunk.forEach(entry -> refused.put(entry.key(), reason));
        }

        /** The KMS's message, unless it repeats a value. */
        private String said(List<Entry> chunk, KmsReply reply) {
            String message = reply.message();
            boolean repeats = chunk.stream()
                    .map(entry -> entry.json().path("secretValue").asText())
                    .anyMatch(value -> !value.isBlank() && message.contains(value.trim()));
            return message.isEmpty() || repeats ? "The KMS refused it with status " + reply.status() + "." : message;
        }
    }

    private static KmsReply withoutMessage(KmsReply reply) {
        return new KmsReply(reply.status(), new HttpHeaders(), new byte[0]);
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return KmsReply.JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree is always JSON");
        }
    }
}
