package ai.hanzo.kms.secretsync.api;

import java.util.List;

/**
 * What is to be said about a sync that somebody is about to make.
 *
 * @param issues with what was given, as a POST would tell them
 * @param nameTaken whether the project has a sync of that name
 * @param examples names that the sync would give in AWS; none where the key schema or the secret name cannot be used
 */
public record CheckedDraftView(List<Issue> issues, boolean nameTaken, List<Example> examples) {
    /**
     * @param secretKey name of a secret in the KMS; with many-to-one the secret name
     * @param name in AWS
     */
    public record Example(String secretKey, String name) {}
}
