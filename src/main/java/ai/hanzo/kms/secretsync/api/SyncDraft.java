package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.util.List;

/**
 * A sync that somebody is about to make, as far as they have got. Apart from the project everything is null where it was not
 * given or cannot be read; see {@link #issues} for what may not be used.
 *
 * @param issues with what was given
 */
public record SyncDraft(
        String projectId,
        String name,
        String environment,
        String secretPath,
        SyncOptions syncOptions,
        DestinationConfig destinationConfig,
        List<Issue> issues) {
    public SyncDraft {
        issues = List.copyOf(issues);
    }

    /** Whether nothing is wrong with a field or with what is in it. */
    public boolean isFine(String... path) {
        List<Object> field = List.of((Object[]) path);
        return issues.stream()
                .map(Issue::path)
                .noneMatch(at ->
                        at.size() >= field.size() && at.subList(0, field.size()).equals(field));
    }
}
