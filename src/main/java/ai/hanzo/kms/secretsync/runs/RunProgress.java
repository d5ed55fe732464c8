package ai.hanzo.kms.secretsync.runs;

import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** How far the runs of this process are, all together and since it started, in changes of single secrets. */
@Component
public class RunProgress {
    private final LongAdder planned = new LongAdder();
    private final LongAdder ended = new LongAdder();

    void plan(int changes) {
        planned.add(changes);
    }

    void end() {
        ended.increment();
    }

    /** Changes that runs set out to make. A second look may add some. */
    public long planned() {
        return planned.sum();
    }

    /** Those of them that were made, refused or failed. */
    public long ended() {
        return ended.sum();
    }
}
