package ai.hanzo.kms.secretsync.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A field that the contract gets is one that files know. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnownFieldsTest {
    private static final Pattern KNOWN = Pattern.compile("there is no such field; there are: (.*)\\.");

    private Map<String, Set<String>> known;
    private JsonNode schemas;

    @BeforeAll
    void readAFileOfUnknownFields(@TempDir Path directory) throws Exception {
        schemas = Yaml.read(Files.readString(Path.of("config/openapi.yaml"))).at("/components/schemas");
        Path file = Files.writeString(directory.resolve("unknown.yaml"), """
                connections: [{x: 1, credentials: {x: 1}}]
                syncs: [{x: 1, syncOptions: {x: 1, move: {x: 1}}, destinationConfig: {x: 1}}]
                """);
        known = new ConfigurationFiles(List.of(file.toString()), new References(name -> null))
                .read().mistakes().stream()
                        .filter(mistake -> mistake.reason().contains("no such field"))
                        .collect(Collectors.toMap(Mistake::place, KnownFieldsTest::named));
    }

    private static Set<String> named(Mistake mistake) {
        Matcher matcher = KNOWN.matcher(mistake.reason());
        assertThat(matcher.matches()).isTrue();
        return new TreeSet<>(List.of(matcher.group(1).split(", ")));
    }

    private Set<String> properties(String... objects) {
        Set<String> names = new TreeSet<>();
        for (String object : objects) {
            schemas.at(object + "/properties").fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    @Test
    void thoseOfASyncAndTheNameOfItsConnection() {
        Set<String> contract = properties("/CreateSecretSync");
        contract.add("connectionName");
        assertThat(known.get("syncs[0].x")).isEqualTo(contract);
        assertThat(known.get("syncs[0].syncOptions.x")).isEqualTo(properties("/SyncOptions"));
        assertThat(known.get("syncs[0].syncOptions.move.x")).isEqualTo(properties("/SyncOptions/properties/move"));
        assertThat(known.get("syncs[0].destinationConfig.x")).isEqualTo(properties("/OneToOne", "/ManyToOne"));
    }

    @Test
    void thoseOfAConnectionButForWhatIsForOtherApps() {
        Set<String> contract = properties("/CreateAppConnection/oneOf/0", "/CreateAppConnection/oneOf/1");
        contract.removeAll(Set.of("isPlatformManagedCredentials", "gatewayId", "isAutoRotationEnabled", "rotation"));
        assertThat(known.get("connections[0].x")).isEqualTo(contract);
        assertThat(known.get("connections[0].credentials.x")).isEqualTo(properties("/AccessKey", "/Role"));
    }
}
