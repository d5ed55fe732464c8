package ai.hanzo.kms.secretsync.api;

import jakarta.servlet.ServletRequest;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Ids by which a caller and a log speak of the same request: {@code req-} and 14 letters or digits. */
final class RequestIds {
    /** The header that carries the id into the routes; whatever a caller sends in it is replaced. */
    static final String HEADER = "x-request-id";

    static final Pattern SHAPE = Pattern.compile("req-[A-Za-z0-9]{14}");

    private static final String ATTRIBUTE = RequestIds.class.getName();
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 14;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RequestIds() {}

    /** The id of this request, the same each time. */
    static String of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String id) {
            return id;
        }
        String id = next();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    static String next() {
        StringBuilder id = new StringBuilder("req-");
        RANDOM.ints(LENGTH, 0, ALPHABET.length()).mapToObj(ALPHABET::charAt).forEach(id::append);
        return id.toString();
    }
}
