package ai.hanzo.kms.secretsync.kms;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/** What the KMS answered. Holds secrets: it does not show itself, and only {@link #message()} may go into a message. */
final class KmsReply {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int MESSAGE_LIMIT = 300;
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,9})\\s*second");
    private static final Pattern ABOUT_A_PLACE =
            Pattern.compile("folder|environment|project|workspace|secret ?path", Pattern.CASE_INSENSITIVE);

    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;
    private final JsonNode listing;

    KmsReply(int status, HttpHeaders headers, byte[] body) {
        this(status, headers, body, null);
    }

    private KmsReply(int status, HttpHeaders headers, byte[] body, JsonNode listing) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.listing = listing;
    }

    /**
     * A list of secrets, read as it arrives.
     *
     * @throws IOException where it breaks off
     * @throws KmsException PROTOCOL, where it is no JSON object
     */
    static KmsReply ofListing(HttpHeaders headers, InputStream body) throws IOException {
        return new KmsReply(200, headers, new byte[0], object(JSON.createParser(body), Kept.LISTING));
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    String header(String name) {
        return headers.getFirst(name);
    }

    boolean ok() {
        return status == 200;
    }

    /** The JSON object of a success. */
    JsonNode object() {
        try {
            return object(JSON.createParser(body), TokenFilter.INCLUDE_ALL);
        } catch (IOException e) {
            throw new KmsException(SourceFailure.PROTOCOL, "The KMS's answer cannot be read.");
        }
    }

    /**
     * The same of a list of secrets, without what no sync asks about: of 100,000 that, or their text as a whole, would take the
     * memory that they themselves need.
     */
    JsonNode listing() {
        if (listing == null) {
            throw new IllegalStateException("This answer is none to a list, or no success");
        }
        return listing;
    }

    /** What is kept of an object, by the names of its members. */
    private static final class Kept extends TokenFilter {
        private static final TokenFilter SECRETS = new Kept(
                Set.of(
                        "type",
                        "secretKey",
                        "secretPath",
                        "secretValue",
                        "secretValueHidden",
                        "secretMetadata",
                        "key",
                        "value",
                        "isEncrypted"),
                null);
        static final TokenFilter LISTING =
                new Kept(Set.of("secrets", "imports", "environment", "secretPath", "isReplication"), SECRETS);

        private final Set<String> names;
        private final TokenFilter secrets;

        /**
         * @param secrets for what is in "secrets"
         */
        private Kept(Set<String> names, TokenFilter secrets) {
            this.names = names;
            this.secrets = secrets;
        }

        @Override
        public TokenFilter includeProperty(String name) {
            if (!names.contains(name)) {
                return null;
            }
            return name.equals("secrets") ? secrets : this;
        }

        @Override
        public boolean includeEmptyArray(boolean contentsFiltered) {
            return true;
        }

        @Override
        public boolean includeEmptyObject(boolean contentsFiltered) {
            return true;
        }
    }

    private static JsonNode object(JsonParser text, TokenFilter filter) throws IOException {
        try (JsonParser parser =
                new FilteringParserDelegate(text, filter, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            JsonNode node = JSON.reader().readTree(parser);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            // Jackson's message quotes what it read, so neither it nor the exception goes any further.
            throw new KmsException(
                    SourceFailure.PROTOCOL,
                    "The KMS answered with invalid JSON (at byte "
                            + e.getLocation().getByteOffset() + ").");
        }
        throw new KmsException(SourceFailure.PROTOCOL, "The KMS answered with something that is no JSON object.");
    }

    /** Whether the token was refused: any 401, and 403 only with {@code TokenError} (specification 1.4). */
    boolean tokenRefused() {
        return status == 401 || tokenError();
    }

    boolean tokenError() {
        return status == 403 && error().equals("TokenError");
    }

    /** The word in {@code error} of the KMS's error envelope; empty where there is none. */
    String error() {
        return envelope().path("error").asText("");
    }

    /**
     * The KMS's message, one line of at most 300 characters. Empty where it is no text: validation issues are an array, and
     * they echo what was sent.
     */
    String message() {
        JsonNode message = envelope().path("message");
        if (status == 422 || !message.isTextual()) {
            return "";
        }
        String text = message.asText().replaceAll("\\p{Cntrl}+", " ").trim();
        return text.length() > MESSAGE_LIMIT ? text.substring(0, MESSAGE_LIMIT - 1) + "…" : text;
    }

    /**
     * Whether the KMS has no such route, as opposed to no such folder: an older KMS, or no KMS at all. A 404 that speaks of
     * a folder, environment or project comes from the route itself.
     */
    boolean routeMissing() {
        if (status != 404) {
            return false;
        }
        String message = message().toLowerCase(Locale.ROOT);
        if (error().isEmpty()
                || error().equalsIgnoreCase("Not Found")
                || message.startsWith("route ")
                || message.startsWith("cannot ")) {
            return true;
        }
        return error().equals("NotFound") && !ABOUT_A_PLACE.matcher(message).find();
    }

    /** How long a 429 asks to wait: its {@code retry-after}, else the number in its message, else a minute. */
    Duration retryAfter() {
        OptionalLong header = seconds("retry-after");
        if (header.isPresent()) {
            return Duration.ofSeconds(header.getAsLong());
        }
        Matcher matcher = SECONDS.matcher(message());
        return matcher.find() ? Duration.ofSeconds(Long.parseLong(matcher.group(1))) : DEFAULT_WAIT;
    }

    /** A header that holds a count; empty where it is absent or no number. */
    OptionalLong seconds(String header) {
        String value = header(header);
        return value != null && value.trim().matches("\\d{1,9}")
                ? OptionalLong.of(Long.parseLong(value.trim()))
                : OptionalLong.empty();
    }

    private JsonNode envelope() {
        try {
            JsonNode node = body.length == 0 ? null : JSON.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (IOException e) {
            // An error page of something in between: there is no envelope, which is what the callers ask about.
            return MissingNode.getInstance();
        }
    }

    @Override
    public String toString() {
        return "KmsReply[" + status + "]";
    }
}
