package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the change notices of the KMS from everything else that arrives at the same address. Whatever is not signed, not
 * signed rightly, late or repeated is refused in the same words, and no call is made for it.
 *
 * <p>Which notices have been seen is known to each instance for itself: repeated at another one, a notice is taken once more.
 * That does no harm, for all that a notice can bring about is that the KMS is asked whether something changed.
 */
public final class ChangeNotices {
    /** How far apart the clocks of KMS and service may be, and how long a notice may be under way. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);
    /** Notices have some hundred bytes; the longest text in one is somebody's reminder. */
    static final int LARGEST_BODY = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeNotices.class);
    private static final int MOST_REMEMBERED = 100_000;
    /** The second is what it was called once. */
    private static final Set<String> CHANGES = Set.of("secrets.modified", "secret.modified");

    private final ObjectMapper json = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final WebhookProperties properties;
    private final Clock clock;
    /** A project without a secret takes as long to refuse as one with a secret. */
    private final List<SecretText> nobodys =
            List.of(SecretText.of(UUID.randomUUID().toString()));
    /** Signatures, until they are too old in any case. */
    private final Cache<String, Boolean> seen = Caffeine.newBuilder()
            .expireAfterWrite(TOLERANCE.multipliedBy(2))
            .maximumSize(MOST_REMEMBERED)
            .build();

    ChangeNotices(WebhookProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Reads a notice, if it is one.
     *
     * @param kmsSignature header {@code x-kms-signature}; null where it is not there
     * @param infisicalSignature header {@code x-infisical-signature}, the same thing by its other name; null as well
     * @param body as it came, to the byte
     * @throws Rejection UNAUTHENTICATED unless the notice is signed, of now, and new; BAD_REQUEST where it is all that and
     *     does not say what changed
     */
    public ChangeNotice verified(String kmsSignature, String infisicalSignature, byte[] body) {
        NoticeSignature signature = NoticeSignature.parse(kmsSignature == null ? infisicalSignature : kmsSignature)
                .orElseThrow(ChangeNotices::refused);
        JsonNode notice = read(body);
        JsonNode about = notice.path("project");
        String projectId = text(about.hasNonNull("projectId") ? about.path("projectId") : about.path("workspaceId"));
        if (!signature.isOf(body, properties.of(projectId).orElse(nobodys))) {
            throw refused();
        }
        JsonNode timestamp = notice.path("timestamp");
        if (!timestamp.isIntegralNumber() || timestamp.longValue() != signature.timestamp()) {
            throw refused();
        }
        Duration age = Duration.ofMillis(clock.millis() - signature.timestamp());
        if (age.abs().compareTo(TOLERANCE) > 0) {
            LOG.warn(
                    "Refused a change notice of project {}: by this clock it was signed {} s ago, and {} s is the most.",
                    projectId,
                    age.toSeconds(),
                    TOLERANCE.toSeconds());
            throw refused();
        }
        if (seen.asMap().putIfAbsent(signature.mac(), true) != null) {
            throw refused();
        }
        String event = text(notice.path("event"));
        return new ChangeNotice(event, CHANGES.contains(event) ? folder(projectId, about) : null);
    }

    private JsonNode read(byte[] body) {
        if (body == null || body.length > LARGEST_BODY) {
            throw refused();
        }
        try {
            // Of bytes, Jackson would guess the encoding.
            return json.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static Source folder(String projectId, JsonNode about) {
        String environment = text(about.path("environment"));
        String path = text(about.path("secretPath"));
        if (environment.isEmpty() || !path.startsWith("/")) {
            throw Rejection.badRequest(
                    "The notice does not say which folder changed: project.environment must be a slug,"
                            + " and project.secretPath a path that begins with /.");
        }
        return new Source(projectId, environment, KmsReader.path(path));
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : "";
    }

    private static Rejection refused() {
        return new Rejection(
                Rejection.Kind.UNAUTHENTICATED,
                "This is no change notice that is signed with a secret known here for its project, at most "
                        + TOLERANCE.toMinutes() + " minutes old, and new");
    }
}
