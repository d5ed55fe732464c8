package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** The keys of a source as a route of a team would have them: under other names, or left out. */
@Component("sourceKeys")
public class SourceKeys {
    /** The keys as the KMS has them, in their order. */
    public List<String> of(SourceSnapshot source) {
        return source.secrets().values().stream().map(SourceSecret::key).toList();
    }

    /**
     * The source with other keys. Two that have become the same stay two, and the plan says so; what is left out is as if it were
     * not in the source.
     *
     * @param names for each of {@link #of}, in that order; empty for what is left out
     */
    public SourceSnapshot named(SourceSnapshot source, List<String> names) {
        if (names.size() != source.secrets().size()) {
            throw new IllegalStateException(
                    names.size() + " names for " + source.secrets().size() + " keys");
        }
        SortedMap<String, SourceSecret> secrets = new TreeMap<>();
        Iterator<String> name = names.iterator();
        source.secrets().forEach((key, secret) -> {
            String named = name.next();
            if (!named.isEmpty()) {
                secrets.put(key, secret.called(named));
            }
        });
        return new SourceSnapshot(secrets, source.imports(), source.etag());
    }

    /**
     * An import needs names in AWS that say which key of the KMS they are.
     *
     * @param names as in {@link #named}; null where no route was asked
     * @throws Rejection where a key is under another name, or left out
     */
    public void requireOwn(SourceSnapshot source, List<String> names) {
        if (names == null) {
            return;
        }
        if (names.contains("") || source.secrets().values().stream().anyMatch(SourceSecret::isRenamed)) {
            throw Rejection.badRequest(
                    "Nothing can be imported into the KMS: a route from direct:source-key renames or leaves"
                            + " out keys of this source, so that a name in AWS does not say which key it is. Use"
                            + " overwrite-destination, or take this sync out of that route");
        }
    }
}
