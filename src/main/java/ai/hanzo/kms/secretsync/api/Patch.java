package ai.hanzo.kms.secretsync.api;

/**
 * A field of an update that may be left as it is, or set, or set to null.
 *
 * @param given whether the request has the field
 * @param value null where it is not given, or given as null
 */
public record Patch<T>(boolean given, T value) {
    static <T> Patch<T> absent() {
        return new Patch<>(false, null);
    }

    static <T> Patch<T> of(T value) {
        return new Patch<>(true, value);
    }

    /** What the field is after the update. */
    public T or(T current) {
        return given ? value : current;
    }
}
