package ai.hanzo.kms.secretsync.devkms;

import java.time.Duration;
import java.util.Map;

/** Something that goes wrong on purpose. */
public sealed interface Fault {
    /** Answers this status with the usual error envelope; nothing is carried out. */
    record Status(int status, Map<String, String> headers) implements Fault {
        public Status {
            headers = Map.copyOf(headers);
        }
    }

    /** Closes the connection; nothing is carried out. */
    record Drop() implements Fault {}

    /** Carries the request out, then closes the connection without an answer. */
    record LoseAnswer() implements Fault {}

    /** Carries the request out, then breaks off in the middle of the answer's body. */
    record Truncate() implements Fault {}

    /** Carries the request out after a pause. */
    record Delay(Duration duration) implements Fault {}

    static Fault status(int status) {
        return new Status(status, Map.of());
    }

    static Fault status(int status, Map<String, String> headers) {
        return new Status(status, headers);
    }

    static Fault drop() {
        return new Drop();
    }

    static Fault loseAnswer() {
        return new LoseAnswer();
    }

    static Fault truncate() {
        return new Truncate();
    }

    static Fault delay(Duration duration) {
        return new Delay(duration);
    }
}
