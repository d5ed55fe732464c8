package ai.hanzo.kms.secretsync.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Texts that stand elsewhere: <code>{env: NAME}</code> is an environment variable, <code>{file: PATH}</code> what is in a file. */
final class References {
    private static final Set<String> KINDS = Set.of("env", "file");
    private static final int LONGEST = 64 * 1024;

    private final UnaryOperator<String> environment;

    References(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /** A reference that leads nowhere; the message names it and never what it leads to. */
    static final class UnresolvedException extends Exception {
        private UnresolvedException(String message) {
            super(message);
        }
    }

    /** The text that a reference stands for, without white space at its end. */
    String resolve(JsonNode reference) throws UnresolvedException {
        String kind = reference.size() == 1 ? reference.fieldNames().next() : "";
        String target = reference.path(kind).asText("");
        if (!KINDS.contains(kind) || !reference.get(kind).isTextual() || target.isBlank()) {
            throw new UnresolvedException("is no reference: write {env: NAME} or {file: PATH}.");
        }
        return kind.equals("env") ? variable(target) : file(target);
    }

    private String variable(String name) throws UnresolvedException {
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw new UnresolvedException("the environment variable " + name + " is not set. Set it for this service.");
        }
        return value.strip();
    }

    private static String file(String path) throws UnresolvedException {
        try {
            Path file = Path.of(path);
            if (Files.size(file) > LONGEST) {
                throw new UnresolvedException(
                        "the file " + path + " is larger than " + LONGEST + " bytes, which no credential is.");
            }
            String value = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (value.isEmpty()) {
                throw new UnresolvedException("the file " + path + " is empty.");
            }
            return value;
        } catch (IOException | InvalidPathException e) {
            throw new UnresolvedException("the file " + path + " cannot be read ("
                    + e.getClass().getSimpleName() + "). Check that it is there and that this service may read it.");
        }
    }
}
