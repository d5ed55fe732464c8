package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.kms.KmsSource;
import ai.hanzo.kms.secretsync.kms.SourceRead;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Reads the source of a run. Where a sync has several destinations, the runs of all of them share what the KMS gave once: each
 * asks whether it is still so, under the ETag of that read, and the KMS answers without the values.
 *
 * <p>Values stay in memory a little longer for that, and only those of such syncs.
 */
@Component("sourceReads")
class SourceReads {
    private static final Duration SHARED = Duration.ofSeconds(30);
    private static final int MOST_SOURCES = 20;

    private final KmsSource kms;
    private final SecretSyncs syncs;
    private final Cache<Source, Shared> shared = Caffeine.newBuilder()
            .expireAfterAccess(SHARED)
            .maximumSize(MOST_SOURCES)
            .build();

    /** What was read last; whoever reads holds it, so that the others wait for that read instead of making their own. */
    private static final class Shared {
        private SourceSnapshot last;
    }

    SourceReads(KmsSource kms, SecretSyncs syncs) {
        this.kms = kms;
        this.syncs = syncs;
    }

    /**
     * Everything at the source as it is now.
     *
     * @throws ai.hanzo.kms.secretsync.kms.KmsException as {@link KmsSource#fetch}
     */
    public SourceSnapshot read(SecretSync sync) {
        if (syncs.destinations(sync.id()) < 2) {
            return kms.read(sync.source());
        }
        Shared reads = shared.get(sync.source(), source -> new Shared());
        synchronized (reads) {
            String etag = reads.last == null ? null : reads.last.etag();
            if (kms.fetch(sync.source(), etag) instanceof SourceRead.Changed changed) {
                reads.last = changed.snapshot();
            }
            return reads.last;
        }
    }
}
