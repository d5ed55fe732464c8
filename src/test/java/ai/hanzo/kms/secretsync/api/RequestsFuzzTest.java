package ai.hanzo.kms.secretsync.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whatever is sent: it is read, or refused with a reason that is the caller's; never anything else. */
class RequestsFuzzTest {
    private static final List<String> FIELDS = List.of(
            "name",
            "projectId",
            "description",
            "connectionId",
            "environment",
            "secretPath",
            "isAutoSyncEnabled",
            "syncOptions",
            "syncOptions.initialSyncBehavior",
            "syncOptions.keySchema",
            "syncOptions.keyId",
            "syncOptions.tags",
            "syncOptions.syncSecretMetadataAsTags",
            "destinationConfig",
            "destinationConfig.region",
            "destinationConfig.mappingBehavior",
            "destinationConfig.secretName");
    private static final List<String> CONNECTION_FIELDS = List.of(
            "name",
            "method",
            "credentials",
            "credentials.accessKeyId",
            "credentials.roleArn",
            "credentials.stsEndpoint",
            "gatewayId",
            "projectId");

    private final ApiJson json = new ApiJson();
    private final ApiErrors errors = new ApiErrors(json);
    private final SyncRequests syncs = new SyncRequests(json, Examples.NAMES);
    private final ConnectionRequests connections = new ConnectionRequests(json, Examples.NAMES);

    @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
    void a_value_of_another_kind_in_any_field(
            @ForAll("fields") String field,
            @ForAll("values") String value,
            @ForAll("connectionFields") String connectionField) {
        byte[] sync = Bodies.with(Examples.CREATE, field, value).getBytes(StandardCharsets.UTF_8);
        byte[] connection =
                Bodies.with(Examples.CREATE_CONNECTION, connectionField, value).getBytes(StandardCharsets.UTF_8);
        all(sync);
        all(connection);
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
    void a_body_with_bytes_changed(
            @ForAll("bodies") String body, @ForAll int place, @ForAll byte value, @ForAll boolean cut) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        int at = Math.floorMod(place, bytes.length);
        bytes[at] = value;
        all(cut ? Arrays.copyOf(bytes, at) : bytes);
    }

    @Property(tries = 500, shrinking = ShrinkingMode.BOUNDED)
    void any_bytes(@ForAll byte[] bytes) {
        all(bytes);
    }

    @Property(tries = 500, shrinking = ShrinkingMode.BOUNDED)
    void any_url(@ForAll String text) {
        for (Consumer<String> read : List.<Consumer<String>>of(
                syncs::syncId,
                syncs::syncName,
                syncs::projectId,
                syncs::removeSecrets,
                syncs::importBehavior,
                connections::connectionId,
                connections::connectionName,
                connections::projectId,
                connections::projectType,
                connections::kmsKeys)) {
            outcome(() -> read.accept(text));
            outcome(() -> read.accept("projectId=" + text + "&region=" + text + "&projectId"));
        }
    }

    private void all(byte[] body) {
        outcome(() -> syncs.create(body));
        outcome(() -> syncs.update(body).applyTo(Examples.oneToOne()));
        outcome(() -> syncs.checkDestination(body));
        outcome(() -> connections.create(body));
        outcome(() -> connections.update(body));
    }

    /** Anything but the three exceptions that are the caller's fails the property. */
    private void outcome(Runnable read) {
        try {
            read.run();
        } catch (ValidationException | Rejection | RefusedRequest refused) {
            ErrorView view = errors.of(refused, "req");
            assertThat(view.statusCode()).isBetween(400, 499);
            assertThat(json.write(view)).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> fields() {
        return Arbitraries.of(FIELDS);
    }

    @Provide
    Arbitrary<String> connectionFields() {
        return Arbitraries.of(CONNECTION_FIELDS);
    }

    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.of(Examples.CREATE, Examples.CREATE_CONNECTION);
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> texts = Arbitraries.oneOf(
                        Arbitraries.strings().ofMaxLength(300),
                        Arbitraries.strings().withChars("{}secretKynviomt-/_ ").ofMaxLength(60))
                .map(RequestsFuzzTest::quoted);
        // What makes a careless regular expression or URL parser fall over; too long for a list of them.
        Arbitrary<String> traps = Arbitraries.of(
                        "-".repeat(50_000),
                        "a-".repeat(50_000),
                        "{{secretKey}}".repeat(5_000),
                        "https://sts." + "a.".repeat(5_000) + "amazonaws.com",
                        "https://[::1]",
                        "https://%00.amazonaws.com",
                        "//sts.us-east-1.amazonaws.com")
                .map(RequestsFuzzTest::quoted);
        Arbitrary<String> atoms = Arbitraries.oneOf(
                texts,
                Arbitraries.of(
                        "null", "true", "false", "0", "-1", "1e999", "123456789012345678901234567890", "{}", "[]"));
        Arbitrary<String> arrays = atoms.list().ofMaxSize(60).map(items -> "[" + String.join(",", items) + "]");
        Arbitrary<String> tags = Combinators.combine(texts, atoms)
                .as((key, value) -> "{\"key\":" + key + ",\"value\":" + value + "}")
                .list()
                .ofMaxSize(60)
                .map(items -> "[" + String.join(",", items) + "]");
        return Arbitraries.oneOf(atoms, traps, arrays, tags);
    }

    /** Escapes all but the plainest characters, lone surrogates too. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            boolean plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
            json.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return json.append('"').toString();
    }
}
