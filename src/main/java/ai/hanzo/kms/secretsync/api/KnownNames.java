package ai.hanzo.kms.secretsync.api;

import java.util.List;
import java.util.function.Supplier;

/**
 * The names that only the application as a whole knows.
 *
 * @param regions codes of all AWS regions, in the order in which a person is told of them
 * @param mappingBehaviors {@code one-to-one}, {@code many-to-one} and the names of the mappings that teams added as routes; asked
 *     again for each request, for routes come later than beans
 */
public record KnownNames(List<String> regions, Supplier<List<String>> mappingBehaviors) {
    public KnownNames {
        regions = List.copyOf(regions);
    }
}
