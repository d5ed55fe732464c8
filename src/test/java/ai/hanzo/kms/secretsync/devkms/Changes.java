package ai.hanzo.kms.secretsync.devkms;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Carries a change of secrets to all folders that show it: those that import or reference the changed one. */
final class Changes {
    private static final int DEEPEST = 5;

    private final KmsClock clock;
    private final Webhooks webhooks;

    Changes(KmsClock clock, Webhooks webhooks) {
        this.clock = clock;
        this.webhooks = webhooks;
    }

    void secretsChanged(Folder changed) {
        Instant now = clock.now();
        for (Folder folder : affected(changed)) {
            folder.secretsModified(now);
            webhooks.secretsChanged(folder);
        }
    }

    private static Set<Folder> affected(Folder changed) {
        Set<Folder> affected = new LinkedHashSet<>(Set.of(changed));
        List<Folder> all = changed.space().folders();
        Set<Folder> latest = affected;
        for (int depth = 0; depth < DEEPEST && !latest.isEmpty(); depth++) {
            Set<Folder> next = new LinkedHashSet<>();
            for (Folder source : latest) {
                Address address = source.address();
                all.stream()
                        .filter(folder -> folder.dependsOn(address) && !affected.contains(folder))
                        .forEach(next::add);
            }
            affected.addAll(next);
            latest = next;
        }
        return affected;
    }
}
