package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/notify-failures.camel.yaml to what it says. */
class NotifyFailuresExampleTest {
    @Test
    void aFailedRunIsToldAndNoOther(@TempDir Path directory) {
        try (Receiver chat = Receiver.start(1);
                ExampleService service =
                        ExampleService.with(directory, "notify-failures", "FAILURES_WEBHOOK", chat.url())) {
            String id = service.secrets(Map.of("GOOD", "1")).sync();

            service.secrets(Map.of("GOOD", "1", "B\u00e4d \"one\"", "2")).run(id);

            assertThat(chat.first())
                    .startsWith("{\"text\": \"shop: 1 of 2 secrets could not be synced")
                    .endsWith("\"}");
            assertThat(chat.headers()).doesNotContain("Jobdetail", "Mergedjobdatamap", "Scheduler", "Trigger");
            assertThat(chat.bodies()).singleElement().asString().contains("shop/B\u00e4d \\\"one\\\"");
        }
    }
}
