package ai.hanzo.kms.secretsync.egress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which hosts are never called: the instance metadata of a cloud, and every other link-local address. */
public final class Hosts {
    /**
     * Metadata services outside the link-local ranges: AWS over IPv6 and what else AWS keeps beside it, Google over IPv6,
     * Alibaba, Oracle, Azure's host agent.
     */
    private static final List<Range> METADATA = List.of(
            new Range("fd00:ec2::", 32),
            new Range("fd20:ce::254", 128),
            new Range("100.100.100.200", 32),
            new Range("192.0.0.192", 32),
            new Range("168.63.129.16", 32));

    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata",
            "metadata.google.internal",
            "metadata.goog",
            "metadata.azure.internal",
            "instance-data",
            "instance-data.ec2.internal");

    /** What the resolver takes for an address rather than a name, including {@code 2852039166} and {@code 169.254.43518}. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]|0[xX].*");

    /** IPv4 within IPv6: where the prefix ends, the four bytes begin (RFC 4291 2.5.5, RFC 6052 2.1, RFC 3056 2). */
    private static final List<Range> EMBEDDING =
            List.of(new Range("::", 96), new Range("64:ff9b::", 96), new Range("2002::", 16));

    private Hosts() {}

    /**
     * Why an address must not be called, to be put behind the name of the setting; empty where it may: https, or http on
     * loopback, and no host that is {@link #forbidden}. Asks no name server; see {@link #resolvesToForbidden} for that.
     */
    public static Optional<String> refusal(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        String host = address.getHost();
        if (!(scheme.equals("https") || scheme.equals("http")) || host == null) {
            return Optional.of("must begin with https:// (or http:// on loopback) and name a host.");
        }
        if (forbidden(host)) {
            return Optional.of("names a link-local or cloud metadata address, which is never called.");
        }
        if (scheme.equals("http") && !loopback(host)) {
            return Optional.of("must begin with https:// because " + host + " is not this machine.");
        }
        return Optional.empty();
    }

    /**
     * Whether a host is refused by what it is called: an address that is refused in any notation that the resolver knows, or
     * the name of a metadata service. Asks no name server.
     *
     * @param host of a URI: a name, an IPv4 address, or an IPv6 address in brackets
     */
    public static boolean forbidden(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
        return METADATA_NAMES.contains(name) || (isLiteral(name) && resolvesToForbidden(name));
    }

    /**
     * Whether one of the addresses that a host stands for now is refused. A name that cannot be resolved here is not: only a
     * proxy may know it, and without one the connection itself fails and says so.
     */
    public static boolean resolvesToForbidden(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(bare(host))).anyMatch(Hosts::forbidden);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether a host is this machine, by its address or as {@code localhost}; no other name is trusted to be. */
    public static boolean loopback(String host) {
        return host.equalsIgnoreCase("localhost") || (isLiteral(host) && isLoopbackAddress(host));
    }

    static boolean forbidden(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || METADATA.stream().anyMatch(range -> range.contains(address.getAddress()))
                || (address instanceof Inet6Address within
                        && EMBEDDING.stream()
                                .filter(range -> range.contains(within.getAddress()))
                                .anyMatch(range -> forbidden(range.embedded(within))));
    }

    private static boolean isLoopbackAddress(String host) {
        try {
            return InetAddress.getByName(bare(host)).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isLiteral(String host) {
        return LITERAL.matcher(host).matches();
    }

    /** Without brackets, and without the zone of a link-local address, which says only which way to it. */
    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1).replaceAll("%.*", "") : host;
    }

    /** Addresses that begin with the same bits. */
    private record Range(byte[] first, int bits) {
        Range(String first, int bits) {
            this(address(first), bits);
        }

        boolean contains(byte[] address) {
            if (address.length != first.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (first[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }

        InetAddress embedded(Inet6Address address) {
            return of(Arrays.copyOfRange(address.getAddress(), bits / 8, bits / 8 + 4));
        }

        private static byte[] address(String literal) {
            try {
                return InetAddress.getByName(literal).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(literal, e);
            }
        }

        private static InetAddress of(byte[] bytes) {
            try {
                return InetAddress.getByAddress(bytes);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("Four bytes are always an address", e);
            }
        }
    }
}
