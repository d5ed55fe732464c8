package ai.hanzo.kms.secretsync.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.170.2",
                "2852039166",
                "169.16689662",
                "169.254.43518",
                "[::ffff:169.254.169.254]",
                "[::ffff:a9fe:a9fe]",
                "[::169.254.169.254]",
                "[64:ff9b::a9fe:a9fe]",
                "[2002:a9fe:a9fe::1]",
                "[fe80::1]",
                "[fe80::1%25lo]",
                "[febf::1]",
                "[fd00:ec2::254]",
                "[fd00:0ec2:0:0:0:0:0:0254]",
                "[fd00:ec2::23]",
                "[fd20:ce::254]",
                "100.100.100.200",
                "192.0.0.192",
                "168.63.129.16",
                "0.0.0.0",
                "0",
                "[::]",
                "224.0.0.1",
                "[ff02::1]",
                "metadata.google.internal",
                "Metadata.Google.Internal.",
                "instance-data.ec2.internal",
                "metadata"
            })
    void metadataAndLinkLocalAddressesAreRefusedInEveryNotation(String host) {
        assertThat(Hosts.forbidden(host)).isTrue();
    }

    /** Octal and hexadecimal are for the resolver to understand or not; whatever it makes of them is what counts. */
    @ParameterizedTest
    @ValueSource(strings = {"0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.0xfe.169.254"})
    void oddNotationsCountAsWhatTheyWouldConnectTo(String host) throws UnknownHostException {
        InetAddress meant;
        try {
            meant = InetAddress.getByName(host);
        } catch (UnknownHostException nowhere) {
            assertThat(Hosts.loopback(host)).isFalse();
            return;
        }
        assertThat(Hosts.resolvesToForbidden(host)).isEqualTo(Hosts.forbidden(meant));
    }

    @Property(tries = 200)
    void allOf169254IsRefusedWhateverHoldsIt(
            @ForAll @IntRange(max = 255) int third, @ForAll @IntRange(max = 255) int fourth) {
        String address = "169.254." + third + "." + fourth;
        long number = (169L << 24) | (254L << 16) | ((long) third << 8) | fourth;

        assertThat(Hosts.forbidden(address)).isTrue();
        assertThat(Hosts.forbidden(Long.toString(number))).isTrue();
        assertThat(Hosts.forbidden("[::ffff:" + address + "]")).isTrue();
        assertThat(Hosts.forbidden("[64:ff9b::" + address + "]")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kms.example.com",
                "10.0.0.5",
                "192.168.1.1",
                "127.0.0.1",
                "[::1]",
                "[2001:db8::1]",
                "[fd12:3456::1]",
                "[64:ff9b::10.0.0.5]",
                "[2002:a00:5::1]",
                "100.100.100.201",
                "169.253.169.254",
                "metadata.example.com"
            })
    void othersAreNot(String host) {
        assertThat(Hosts.forbidden(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com", "https://10.0.0.5:8443/x", "http://localhost:1", "http://[::1]:1/"})
    void httpsIsCalledAndHttpOnLoopback(String address) {
        assertThat(Hosts.refusal(URI.create(address))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com",
                "http://10.0.0.5",
                "http://localhost.example.com",
                "http://169.254.169.254",
                "https://169.254.169.254",
                "ftp://example.com",
                "file:/etc/passwd",
                "example.com"
            })
    void nothingElseIsCalled(String address) {
        assertThat(Hosts.refusal(URI.create(address))).isPresent();
    }
}
