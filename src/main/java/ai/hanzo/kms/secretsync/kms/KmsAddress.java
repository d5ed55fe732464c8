package ai.hanzo.kms.secretsync.kms;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which addresses a KMS may have: never the instance metadata of a cloud, nor any other link-local address. */
final class KmsAddress {
    /** Metadata services outside the link-local ranges: AWS over IPv6, Alibaba, Oracle, Azure's host agent. */
    private static final List<InetAddress> METADATA = List.of(
            literal("fd00:ec2::254"), literal("100.100.100.200"), literal("192.0.0.192"), literal("168.63.129.16"));

    private static final Set<String> METADATA_NAMES =
            Set.of("metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal");

    /** What the resolver takes for an address rather than a name, including {@code 2852039166} and {@code 169.254.43518}. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]|0[xX].*");

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
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (!(scheme.equals("https") || scheme.equals("http")) || host == null) {
            throw wrong("must begin with https:// (or http:// on loopback) and name a host.");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong("must hold neither user name and password nor a query or fragment.");
        }
        if (forbidden(host)) {
            throw wrong("names a link-local or cloud metadata address, which is never a KMS.");
        }
        if (scheme.equals("http") && !loopback(host)) {
            throw wrong("must begin with https:// because " + host + " is not this machine.");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (path.endsWith("/api")) {
            path = path.substring(0, path.length() - "/api".length());
        }
        return URI.create(scheme + "://" + uri.getRawAuthority() + path);
    }

    /** Whether a name stands for an address that is refused; a name that cannot be resolved here is not refused. */
    static boolean resolvesToForbidden(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(bare(host))).anyMatch(KmsAddress::forbidden);
        } catch (UnknownHostException e) {
            // Only a proxy may know the name; without one the connection itself fails and says so.
            return false;
        }
    }

    static boolean forbidden(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || METADATA.contains(address);
    }

    private static boolean forbidden(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
        return METADATA_NAMES.contains(name) || (isLiteral(host) && resolvesToForbidden(host));
    }

    private static boolean loopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || (isLiteral(host) && literal(host).isLoopbackAddress());
    }

    private static boolean isLiteral(String host) {
        return LITERAL.matcher(host).matches();
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(bare(text));
        } catch (UnknownHostException e) {
            throw wrong("names a host that is no address: " + text);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static KmsSettingException wrong(String problem) {
        return new KmsSettingException(KmsProperties.BASE_URL, problem);
    }
}
