package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.egress.Hosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Which addresses a KMS may have. */
final class KmsAddress {
    private KmsAddress() {}

    /** @throws KmsSettingException naming {@code KMS_BASE_URL}, where it is missing or no address this service may call */
    static URI parse(String text) {
        if (text == null || text.isBlank()) {
            throw wrong("is missing: set it to the address of the KMS, such as https://kms.example.com.");
        }
        URI uri;
        try {
            uri = new URI(text.trim());
        } catch (URISyntaxException e) {
            // The text is not repeated: it may hold a password.
            throw wrong("is not a URL: set it to the address of the KMS, such as https://kms.example.com.");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong("must hold neither user name and password nor a query or fragment.");
        }
        Hosts.refusal(uri).ifPresent(problem -> {
            throw wrong(problem);
        });
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (path.endsWith("/api")) {
            path = path.substring(0, path.length() - "/api".length());
        }
        return URI.create(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getRawAuthority() + path);
    }

    private static KmsSettingException wrong(String problem) {
        return new KmsSettingException(KmsProperties.BASE_URL, problem);
    }
}
