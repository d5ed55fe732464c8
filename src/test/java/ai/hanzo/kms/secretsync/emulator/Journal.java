package ai.hanzo.kms.secretsync.emulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The calls in the order in which they were answered. It keeps the last {@link #CAPACITY}; counts are of all. */
final class Journal {
    static final int CAPACITY = 200_000;

    private final Deque<Call> calls = new ArrayDeque<>();
    private final Map<String, Long> counts = new HashMap<>();

    synchronized void add(Call call) {
        if (calls.size() == CAPACITY) {
            calls.removeFirst();
        }
        calls.addLast(call);
        counts.merge(call.operation(), 1L, Long::sum);
    }

    synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    synchronized long count(String operation) {
        return counts.getOrDefault(operation, 0L);
    }

    synchronized void clear() {
        calls.clear();
        counts.clear();
    }
}
