package ai.hanzo.kms.secretsync.sync;

import java.util.SortedMap;

/**
 * A complete read of a source: imports merged, nothing hidden. A read that was partial never becomes a snapshot.
 *
 * @param secrets by key
 * @param etag what the KMS called this content, for the next conditional request; null where it named none
 */
public record SourceSnapshot(SortedMap<String, SourceSecret> secrets, String etag) {}
