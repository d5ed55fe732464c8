package ai.hanzo.kms.secretsync.devkms;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a reader asks for.
 *
 * @param tagSlugs any of these tags; empty for no filter
 * @param metadata all of these unencrypted pairs; empty for no filter
 */
record ReadOptions(
        boolean values,
        boolean expand,
        boolean recursive,
        boolean imports,
        Personal personal,
        Set<String> tagSlugs,
        Map<String, String> metadata) {
    private static final int MOST_METADATA_PAIRS = 10;

    /** How a person's own secrets appear beside the shared ones. */
    enum Personal {
        NEVER,
        BESIDE_SHARED,
        INSTEAD_OF_SHARED
    }

    /** @throws KmsError 422 if a parameter is not understood */
    static ReadOptions of(KmsRequest request, ApiVersion version) {
        boolean overrides = request.queryFlag("includePersonalOverrides", false);
        Personal ofV4 = overrides ? Personal.INSTEAD_OF_SHARED : Personal.NEVER;
        return new ReadOptions(
                request.queryFlag("viewSecretValue", true),
                version.expands(request),
                request.queryFlag("recursive", false),
                version.imports(request),
                version == ApiVersion.V3 ? Personal.BESIDE_SHARED : ofV4,
                request.query("tagSlugs").map(ReadOptions::commaSeparated).orElse(Set.of()),
                request.query("metadataFilter").map(ReadOptions::metadata).orElse(Map.of()));
    }

    private static Set<String> commaSeparated(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).collect(Collectors.toSet());
    }

    /** {@code key=k1,value=v1|key=k2,value=v2}; a pair without one of its halves is ignored, as upstream. */
    private static Map<String, String> metadata(String filter) {
        List<String> pairs = List.of(filter.split("\\|"));
        if (pairs.size() > MOST_METADATA_PAIRS) {
            throw KmsError.invalid(List.of("metadataFilter"), "You can only filter by up to 10 metadata fields");
        }
        Map<String, String> wanted = new HashMap<>();
        for (String pair : pairs) {
            Map<String, String> halves = new HashMap<>();
            for (String half : pair.split(",")) {
                int equals = half.indexOf('=');
                if (equals > 0) {
                    halves.put(
                            half.substring(0, equals).strip(),
                            half.substring(equals + 1).strip());
                }
            }
            if (!halves.getOrDefault("key", "").isEmpty()
                    && !halves.getOrDefault("value", "").isEmpty()) {
                wanted.put(halves.get("key"), halves.get("value"));
            }
        }
        return wanted;
    }

    boolean matches(Secret secret, List<Tag> projectTags) {
        List<String> slugs = projectTags.stream()
                .filter(tag -> secret.content().tagIds().contains(tag.id()))
                .map(Tag::slug)
                .toList();
        boolean tagged = tagSlugs.isEmpty() || slugs.stream().anyMatch(tagSlugs::contains);
        return tagged
                && metadata.entrySet().stream()
                        .allMatch(wanted ->
                                secret.content().metadata().contains(Metadata.of(wanted.getKey(), wanted.getValue())));
    }
}
