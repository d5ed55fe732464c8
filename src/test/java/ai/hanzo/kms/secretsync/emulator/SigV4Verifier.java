package ai.hanzo.kms.secretsync.emulator;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks Signature Version 4 in the {@code Authorization} header, payload included, and finds out who signed. */
final class SigV4Verifier {
    /** How far the time of a signature may be from the machine's. Tests that move the clock still sign with it. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String MISMATCH = "The request signature we calculated does not match the signature you"
            + " provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for"
            + " details.";
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 +Credential=([^/,]+)/(\\d{8})/([^/,]+)/([^/,]+)/aws4_request,"
                    + " *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter AMZ_DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final Function<String, Principal> principals;
    private final Clock clock;

    /**
     * @param principals from access key id to principal; null for an unknown one
     * @param clock decides when a session has expired
     */
    SigV4Verifier(Function<String, Principal> principals, Clock clock) {
        this.principals = principals;
        this.clock = clock;
    }

    /**
     * @param service the service the signature must be for
     * @throws AwsException with the codes of AWS JSON services; {@link StsOperations} renames them
     */
    Caller verify(String method, URI uri, Headers headers, byte[] body, String service) {
        String header = headers.getFirst("Authorization");
        if (header == null) {
            throw new AwsException("MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        Matcher scope = AUTHORIZATION.matcher(header);
        if (!scope.matches()) {
            throw new AwsException(
                    "IncompleteSignatureException", "Authorization header is not a valid AWS4-HMAC-SHA256 signature.");
        }
        Principal principal = principals.apply(scope.group(1));
        if (principal == null || !tokenMatches(principal, headers.getFirst("X-Amz-Security-Token"))) {
            throw new AwsException(
                    "UnrecognizedClientException", "The security token included in the request is invalid.");
        }
        String region = scope.group(3);
        if (!scope.group(4).equals(service)) {
            throw invalid("Credential should be scoped to correct service: '" + service + "'.");
        }
        String date = headers.getFirst("X-Amz-Date");
        checkTime(date, scope.group(2));
        String payloadHash = hex(sha256(body));
        String claimedHash = headers.getFirst("X-Amz-Content-Sha256");
        if (claimedHash != null && !claimedHash.equals(payloadHash)) {
            throw invalid(MISMATCH);
        }
        String canonical = canonicalRequest(method, uri, headers, scope.group(5), payloadHash);
        String toSign = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                date,
                scope.group(2) + "/" + region + "/" + service + "/aws4_request",
                hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + principal.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(scope.group(2), region, service, "aws4_request", toSign)) {
            key = hmac(key, part);
        }
        if (!MessageDigest.isEqual(key, HexFormat.of().parseHex(scope.group(6)))) {
            throw invalid(MISMATCH);
        }
        if (principal.expiration() != null && !clock.instant().isBefore(principal.expiration())) {
            throw new AwsException("ExpiredTokenException", "The security token included in the request is expired");
        }
        return new Caller(principal, region);
    }

    private static boolean tokenMatches(Principal principal, String token) {
        return principal.isSession() ? principal.sessionToken().equals(token) : token == null;
    }

    private static void checkTime(String date, String scopeDate) {
        Instant signed;
        try {
            signed = date == null ? null : LocalDateTime.parse(date, AMZ_DATE).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            signed = null;
        }
        if (signed == null || !date.startsWith(scopeDate)) {
            throw invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP:"
                    + " '" + scopeDate + "' != '" + date + "'.");
        }
        Instant now = Instant.now();
        if (signed.isBefore(now.minus(TOLERANCE))) {
            throw invalid("Signature expired: " + date + " is now earlier than "
                    + AMZ_DATE.withZone(ZoneOffset.UTC).format(now.minus(TOLERANCE)));
        }
        if (signed.isAfter(now.plus(TOLERANCE))) {
            throw invalid("Signature not yet current: " + date + " is still later than "
                    + AMZ_DATE.withZone(ZoneOffset.UTC).format(now.plus(TOLERANCE)));
        }
    }

    private static String canonicalRequest(
            String method, URI uri, Headers headers, String signedHeaders, String payloadHash) {
        Map<String, String> signed = new TreeMap<>();
        for (String name : signedHeaders.split(";")) {
            List<String> values = headers.get(name);
            if (values == null) {
                throw invalid(MISMATCH);
            }
            signed.put(
                    name.toLowerCase(Locale.ROOT),
                    values.stream()
                            .map(value -> value.strip().replaceAll(" +", " "))
                            .collect(Collectors.joining(",")));
        }
        if (!signed.containsKey("host")) {
            throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        String query = uri.getRawQuery() == null
                ? ""
                : Arrays.stream(uri.getRawQuery().split("&"))
                        .map(pair -> pair.contains("=") ? pair : pair + "=")
                        .sorted()
                        .collect(Collectors.joining("&"));
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String canonicalHeaders = signed.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        return String.join("\n", method, path, query, canonicalHeaders, signedHeaders, payloadHash);
    }

    private static AwsException invalid(String message) {
        return new AwsException("InvalidSignatureException", message);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
