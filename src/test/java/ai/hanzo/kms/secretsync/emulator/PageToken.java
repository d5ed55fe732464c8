package ai.hanzo.kms.secretsync.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * Where a list goes on: after this place in its order. It names a place and no position, so that it still means the
 * same when secrets before it come or go.
 *
 * @param list what is being listed and in which order; a token of one list is invalid for another
 * @param at the date of the last entry that was returned, null in orders without one
 * @param name the name of the last entry that was returned
 */
record PageToken(String list, Instant at, String name) {

    String encoded() {
        String text = list + "\n" + (at == null ? "" : at.toEpochMilli()) + "\n" + name;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @return null when the request has no token
     * @throws AwsException InvalidNextTokenException
     */
    static PageToken of(Request request, String list) {
        String encoded = request.text("NextToken", 1, 4096);
        if (encoded == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length == 3 && parts[0].equals(list)) {
                Instant at = parts[1].isEmpty() ? null : Instant.ofEpochMilli(Long.parseLong(parts[1]));
                return new PageToken(list, at, parts[2]);
            }
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static AwsException invalid() {
        return new AwsException("InvalidNextTokenException", "The NextToken value is invalid.");
    }
}
