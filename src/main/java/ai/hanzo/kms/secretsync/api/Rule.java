package ai.hanzo.kms.secretsync.api;

import java.util.function.Function;

/** What the contract says about one value. */
@FunctionalInterface
interface Rule<T> {
    /**
     * Reads a value and notes every issue with it.
     *
     * @return null where it is allowed to be absent, and where it cannot be read at all
     */
    T read(Found found);

    /** May be left out, but may not be null. */
    default Rule<T> optional() {
        return found -> found.isAbsent() ? null : read(found);
    }

    /** May be left out or null, which is the same. */
    default Rule<T> nullish() {
        return found -> found.isAbsent() || found.json().isNull() ? null : read(found);
    }

    /** May be left out or null, which is not the same. */
    default Rule<Patch<T>> patch() {
        return found -> found.isAbsent() ? Patch.absent() : Patch.of(nullish().read(found));
    }

    /** Stands for {@code value} when left out. */
    default Rule<T> orElse(T value) {
        return found -> {
            T read = optional().read(found);
            return read == null ? value : read;
        };
    }

    /** Turns what could be read into something else. */
    default <R> Rule<R> to(Function<T, R> conversion) {
        return found -> {
            T read = read(found);
            return read == null ? null : conversion.apply(read);
        };
    }
}
