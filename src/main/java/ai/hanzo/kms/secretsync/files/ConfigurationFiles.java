package ai.hanzo.kms.secretsync.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/**
 * Reads the files. What stands in an entry is for the rules of the API to judge; here is judged what only files can have: unknown
 * fields, which are typing errors where people write by hand, and credentials that are written down instead of referred to.
 */
public final class ConfigurationFiles {
    private static final int LARGEST = 1024 * 1024;

    private static final String CREDENTIALS = "credentials";
    /** Fields of an entry's objects, by the path of the object, or of the list of such objects. */
    private static final Map<String, Set<String>> CONNECTION = Map.of(
            "",
            Set.of("name", "description", "projectId", "method", CREDENTIALS),
            CREDENTIALS,
            Set.of("accessKeyId", "secretAccessKey", "roleArn", "stsEndpoint"));

    private static final Map<String, Set<String>> SYNC = Map.of(
            "",
            Set.of(
                    "name",
                    "description",
                    "projectId",
                    "connectionName",
                    "connectionId",
                    "environment",
                    "secretPath",
                    "isAutoSyncEnabled",
                    "syncOptions",
                    "destinationConfig"),
            "syncOptions",
            Set.of(
                    "initialSyncBehavior",
                    "keySchema",
                    "disableSecretDeletion",
                    "keyId",
                    "tags",
                    "syncSecretMetadataAsTags",
                    "driftBehavior",
                    "keyRules",
                    "replicaRegions",
                    "sharding",
                    "tagMode",
                    "requireApproval",
                    "resourcePolicy",
                    "includeAllSubFolders",
                    "move"),
            "syncOptions.move",
            Set.of("graceDays"),
            "syncOptions.keyRules",
            Set.of("include", "exclude", "rename"),
            "syncOptions.keyRules.rename",
            Set.of("from", "to"),
            "syncOptions.replicaRegions",
            Set.of("region", "keyId"),
            "destinationConfig.additionalDestinations",
            Set.of("connectionName", "connectionId", "region", "keyId"),
            "destinationConfig",
            Set.of("mappingBehavior", "region", "secretName", "additionalDestinations"));

    private static final Set<String> SECRET = Set.of("accessKeyId", "secretAccessKey");
    /** Stands for what could not be found, so that it is not reported as missing as well. */
    private static final String UNRESOLVED = "unresolved";

    private final List<String> patterns;
    private final References references;

    ConfigurationFiles(List<String> patterns, References references) {
        this.patterns = patterns.stream()
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .toList();
        this.references = references;
    }

    /** Everything in all files, in the order of their names. */
    public FileContents read() {
        Reading reading = new Reading();
        for (String pattern : patterns) {
            List<Path> found = find(pattern, reading);
            found.forEach(reading::file);
        }
        return new FileContents(reading.connections, reading.syncs, reading.mistakes);
    }

    private static List<Path> find(String pattern, Reading reading) {
        Set<Path> found = new TreeSet<>();
        try {
            Path path = Path.of(pattern);
            Path directory = path.getParent() == null ? Path.of(".") : path.getParent();
            if (Files.isDirectory(directory)) {
                String name = path.getFileName().toString();
                try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, name)) {
                    files.forEach(file -> {
                        if (Files.isRegularFile(file)) {
                            found.add(file);
                        }
                    });
                }
            }
        } catch (IOException | InvalidPathException | PatternSyntaxException e) {
            reading.mistakes.add(new Mistake(
                    FileProperties.VARIABLE,
                    "",
                    "\"" + pattern + "\" cannot be looked for (" + e.getClass().getSimpleName()
                            + "). Give paths whose last part may have wildcards."));
            return List.of();
        }
        if (found.isEmpty() && !pattern.equals(FileProperties.USUAL)) {
            reading.mistakes.add(new Mistake(
                    FileProperties.VARIABLE,
                    "",
                    "there is no file \"" + pattern + "\". Put one there, or leave the variable empty for none."));
        }
        return List.copyOf(found);
    }

    private final class Reading {
        private final List<Entry> connections = new ArrayList<>();
        private final List<Entry> syncs = new ArrayList<>();
        private final List<Mistake> mistakes = new ArrayList<>();

        void file(Path path) {
            String file = path.toString();
            try {
                if (Files.size(path) > LARGEST) {
                    wrong(file, "", "it is larger than " + LARGEST + " bytes. Divide it.");
                    return;
                }
                JsonNode document = Yaml.read(Files.readString(path, StandardCharsets.UTF_8));
                if (document.isNull()) {
                    return;
                }
                if (!document.isObject()) {
                    wrong(file, "", "it must have \"connections\" and \"syncs\", and lists of them.");
                    return;
                }
                unknown(file, "", document, Set.of("connections", "syncs"));
                entries(file, "connections", document, CONNECTION, connections);
                entries(file, "syncs", document, SYNC, syncs);
            } catch (Yaml.UnreadableException e) {
                wrong(file, "", e.getMessage());
            } catch (IOException e) {
                wrong(
                        file,
                        "",
                        "it cannot be read (" + e.getClass().getSimpleName()
                                + "). It must be in UTF-8, and this service must be allowed to read it.");
            }
        }

        private void entries(
                String file, String name, JsonNode document, Map<String, Set<String>> fields, List<Entry> entries) {
            JsonNode list = document.path(name);
            if (list.isMissingNode() || list.isNull()) {
                return;
            }
            if (!list.isArray()) {
                wrong(file, name, "it must be a list: begin each entry with a hyphen.");
                return;
            }
            for (int i = 0; i < list.size(); i++) {
                String place = name + "[" + i + "]";
                if (!(list.get(i) instanceof ObjectNode given)) {
                    wrong(file, place, "it must have fields, such as \"name\".");
                    continue;
                }
                // An alias may have put the same entry into two places.
                ObjectNode entry = given.deepCopy();
                fields.forEach((object, known) -> unknown(
                        file,
                        object.isEmpty() ? place : place + "." + object,
                        object.isEmpty() ? entry : entry.at("/" + object.replace('.', '/')),
                        known));
                if (entry.get(CREDENTIALS) instanceof ObjectNode credentials) {
                    resolve(file, place + "." + CREDENTIALS, credentials);
                }
                entries.add(new Entry(file, place, entry));
            }
        }

        private void unknown(String file, String place, JsonNode object, Set<String> known) {
            if (object.isArray()) {
                for (int i = 0; i < object.size(); i++) {
                    unknown(file, place + "[" + i + "]", object.get(i), known);
                }
            }
            object.fieldNames().forEachRemaining(name -> {
                if (!known.contains(name)) {
                    wrong(
                            file,
                            place.isEmpty() ? name : place + "." + name,
                            "there is no such field; there are: " + String.join(", ", new TreeSet<>(known)) + ".");
                }
            });
        }

        private void resolve(String file, String place, ObjectNode credentials) {
            for (Map.Entry<String, JsonNode> field : credentials.properties()) {
                String name = field.getKey();
                if (field.getValue().isObject()) {
                    try {
                        field.setValue(credentials.textNode(references.resolve(field.getValue())));
                    } catch (References.UnresolvedException e) {
                        wrong(file, place + "." + name, e.getMessage());
                        field.setValue(credentials.textNode(UNRESOLVED));
                    }
                } else if (SECRET.contains(name)) {
                    wrong(
                            file,
                            place + "." + name,
                            "a credential must not stand here itself. Write {env: NAME} or {file: PATH}, and replace the"
                                    + " credential if others could read this file.");
                    field.setValue(credentials.textNode(UNRESOLVED));
                }
            }
        }

        private void wrong(String file, String place, String reason) {
            mistakes.add(new Mistake(file, place, reason));
        }
    }
}
