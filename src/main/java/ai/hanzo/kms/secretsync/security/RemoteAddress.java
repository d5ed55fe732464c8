package ai.hanzo.kms.secretsync.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a request comes from, as far as one and the same sender cannot change it at will. */
final class RemoteAddress {
    /** Bytes of a network: who has one IPv6 address has all of a /64. */
    private static final int NETWORK = 8;

    private RemoteAddress() {}

    /**
     * @param address as the web server gives it, a literal
     * @return an IPv4 address, or the network of an IPv6 address
     */
    static String of(String address) {
        try {
            InetAddress parsed = InetAddress.getByName(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK))
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
