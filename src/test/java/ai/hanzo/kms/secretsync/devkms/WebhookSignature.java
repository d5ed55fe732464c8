package ai.hanzo.kms.secretsync.devkms;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signature of a webhook delivery: {@code t=<milliseconds>;<lower-case hex HMAC-SHA256 of the body>}. */
public final class WebhookSignature {
    /** The header of the Hanzo fork. */
    public static final String KMS_HEADER = "x-kms-signature";

    /** The header of upstream. */
    public static final String INFISICAL_HEADER = "x-infisical-signature";

    private WebhookSignature() {}

    public static String of(String key, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "t=" + timestamp + ";" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
