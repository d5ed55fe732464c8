package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.Source;

/**
 * A notice of the KMS whose signature is good.
 *
 * @param event in the KMS's words, such as {@code secrets.modified} or {@code test}
 * @param folder in which secrets changed; null where the event is not about that
 */
public record ChangeNotice(String event, Source folder) {}
