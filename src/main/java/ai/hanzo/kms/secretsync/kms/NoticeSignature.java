package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of a change notice: {@code t=<milliseconds>;<HMAC-SHA256 of the body as it came, in lower-case hex>}
 * (specification 5.1).
 *
 * @param timestamp milliseconds since 1970; not signed itself, so it must be the one in the body
 * @param mac the HMAC as written
 */
record NoticeSignature(long timestamp, String mac) {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern SHAPE = Pattern.compile("t=([0-9]{1,15});([0-9a-f]{64})");

    /** @return empty for everything of another shape, such as the {@code t=...,v1=...} of other webhooks */
    static Optional<NoticeSignature> parse(String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = SHAPE.matcher(header);
        return matcher.matches()
                ? Optional.of(new NoticeSignature(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    /** Whether the body was signed with one of these secrets. How long that takes depends on their number only. */
    boolean isOf(byte[] body, List<SecretText> secrets) {
        boolean signed = false;
        for (SecretText secret : secrets) {
            signed |= MessageDigest.isEqual(ascii(mac), ascii(mac(body, secret)));
        }
        return signed;
    }

    private static String mac(byte[] body, SecretText secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is in every JDK", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
