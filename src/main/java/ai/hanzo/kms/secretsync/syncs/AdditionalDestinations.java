package ai.hanzo.kms.secretsync.syncs;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import java.util.List;

/** What is stored as one JSON text. */
record AdditionalDestinations(List<AdditionalDestination> all) {
    static AdditionalDestinations of(List<AdditionalDestination> all) {
        return all == null ? null : new AdditionalDestinations(all);
    }
}
