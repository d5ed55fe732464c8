package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;

class ScaleTest extends EmulatorTest {

    private static void seed(int count) {
        emulator.seed(
                count,
                i -> ForeignSecret.named(String.format("team-%02d/secret-%06d", i % 50, i))
                        .value("v" + i));
    }

    @Test
    void listsAHundredThousandSecretsOnceEach() {
        seed(100_000);
        Set<String> names = new HashSet<>();
        aws.listSecretsPaginator().stream()
                .forEach(page -> page.secretList().forEach(entry -> names.add(entry.name())));
        assertThat(names).hasSize(100_000);
        assertThat(emulator.count("ListSecrets")).isEqualTo(1_000);
        Filter team = Filter.builder()
                .key(FilterNameStringType.NAME)
                .values("team-07/")
                .build();
        assertThat(aws.listSecretsPaginator(list -> list.filters(team)).stream()
                        .flatMap(page -> page.secretList().stream()))
                .hasSize(2_000);
    }

    @Test
    void servesTwentyClientsAtOnce() throws Exception {
        seed(1_000);
        ExecutorService clients = Executors.newFixedThreadPool(20);
        try {
            var work = IntStream.range(0, 20)
                    .mapToObj(client -> (Callable<Integer>) () -> {
                        for (int i = 0; i < 20; i++) {
                            String name = "client-" + client + "/" + i;
                            create(name, "v");
                            aws.putSecretValue(put -> put.secretId(name).secretString("w"));
                            aws.listSecrets();
                        }
                        return client;
                    })
                    .toList();
            for (Future<Integer> done : clients.invokeAll(work)) {
                done.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(emulator.secrets()).hasSize(1_000 + 400);
        assertThat(emulator.journal()).hasSize(1_200).allMatch(Call::succeeded);
    }
}
