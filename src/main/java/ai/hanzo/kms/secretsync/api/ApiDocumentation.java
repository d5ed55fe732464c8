package ai.hanzo.kms.secretsync.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Serves {@code config/openapi.yaml}, as people reviewed it, and the page that shows it ({@code static/docs}). It is not made from
 * the routes: they read their requests themselves, and Camel knows neither rules nor answers.
 */
@Controller
class ApiDocumentation {
    private final byte[] document;

    ApiDocumentation(ApiJson json) throws IOException {
        try (InputStream yaml = new ClassPathResource("openapi.yaml").getInputStream()) {
            Object contract = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            document = json.write(contract);
        }
    }

    @GetMapping(path = "/openapi.json")
    ResponseEntity<byte[]> document() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(document);
    }

    /** Relative, so that it also holds behind a proxy that adds a prefix. */
    @GetMapping("/docs")
    ResponseEntity<Void> toPage() {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create("docs/"))
                .build();
    }

    @GetMapping("/docs/")
    String page() {
        return "forward:/docs/index.html";
    }
}
