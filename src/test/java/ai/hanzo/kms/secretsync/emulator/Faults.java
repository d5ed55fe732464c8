package ai.hanzo.kms.secretsync.emulator;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The faults that are set, and how often each has been met. The first that strikes wins. */
final class Faults {
    private record Armed(Fault fault, AtomicLong met) {
        boolean strikes() {
            long call = met.getAndIncrement() - fault.skip();
            return call >= 0 && call % fault.every() == 0 && call / fault.every() < fault.times();
        }
    }

    private final List<Armed> armed = new CopyOnWriteArrayList<>();

    void add(Fault fault) {
        armed.add(new Armed(fault, new AtomicLong()));
    }

    void clear() {
        armed.clear();
    }

    Optional<Fault> strike(String operation, String secretName, String account, String region) {
        for (Armed candidate : armed) {
            if (candidate.fault().matches(operation, secretName, account, region) && candidate.strikes()) {
                return Optional.of(candidate.fault());
            }
        }
        return Optional.empty();
    }
}
