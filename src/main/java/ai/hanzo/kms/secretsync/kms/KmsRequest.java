package ai.hanzo.kms.secretsync.kms;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.web.util.UriUtils;

/**
 * One call of the KMS.
 *
 * @param quota which of the KMS's rate limits it counts against
 * @param path from {@code /api} on, encoded
 * @param query in order, not encoded
 * @param body null for none
 * @param contentType of the body
 * @param etag for {@code If-None-Match}, or null
 * @param listing whether a success is a list of secrets, which is read as it arrives: see {@link KmsReply#listing()}
 */
record KmsRequest(
        Quota quota,
        HttpMethod method,
        String path,
        Map<String, String> query,
        byte[] body,
        String contentType,
        String etag,
        boolean listing) {

    /** The KMS counts calls by class of route and by the address they come from (specification 1.6). */
    enum Quota {
        LOGIN,
        /** Projects and folders. */
        READ,
        /** Secrets and imports, read or written. */
        SECRETS
    }

    static KmsRequest get(Quota quota, String path, Map<String, String> query) {
        return new KmsRequest(quota, HttpMethod.GET, path, query, null, null, null, false);
    }

    /** Asks for a list of secrets, which may be large. */
    static KmsRequest list(String path, Map<String, String> query) {
        return new KmsRequest(Quota.SECRETS, HttpMethod.GET, path, query, null, null, null, true);
    }

    static KmsRequest json(Quota quota, HttpMethod method, String path, byte[] body) {
        return new KmsRequest(quota, method, path, Map.of(), body, "application/json", null, false);
    }

    KmsRequest ifNoneMatch(String value) {
        return new KmsRequest(quota, method, path, query, body, contentType, value, listing);
    }

    /** Query as it goes over the wire, also what an ETag belongs to. */
    String encodedQuery() {
        return query.entrySet().stream()
                .map(e -> e.getKey() + "=" + UriUtils.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    URI uri(URI base) {
        return URI.create(base + path + (query.isEmpty() ? "" : "?" + encodedQuery()));
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
