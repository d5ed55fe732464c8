package ai.hanzo.kms.secretsync.devkms;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults still to happen, each for the next calls below a path. */
final class Faults {
    private record Planned(String prefix, Fault fault) {}

    private final List<Planned> planned = new ArrayList<>();

    synchronized void add(int calls, String prefix, Fault fault) {
        for (int call = 0; call < calls; call++) {
            planned.add(new Planned(prefix, fault));
        }
    }

    synchronized void clear() {
        planned.clear();
    }

    synchronized int toCome() {
        return planned.size();
    }

    synchronized Optional<Fault> take(String path) {
        Optional<Planned> next = planned.stream()
                .filter(candidate -> path.startsWith(candidate.prefix()))
                .findFirst();
        next.ifPresent(planned::remove);
        return next.map(Planned::fault);
    }
}
