package ai.hanzo.kms.secretsync.sync;

import java.util.Set;
import java.util.SortedMap;

/**
 * A complete read of a source: imports merged, nothing hidden. A read that was partial never becomes a snapshot.
 *
 * @param secrets by {@link SourceSecret#path}, which is the key where no folder below the source belongs to it
 * @param imports the folders that the source imports, and those that they import, as far as the KMS says
 * @param etag what the KMS called this content, for the next conditional request; null where it named none
 */
public record SourceSnapshot(SortedMap<String, SourceSecret> secrets, Set<Source> imports, String etag) {}
