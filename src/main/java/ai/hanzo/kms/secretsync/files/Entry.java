package ai.hanzo.kms.secretsync.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * A connection or a sync, as a file has it.
 *
 * @param file as it was found
 * @param place such as {@code syncs[0]}
 * @param json the body of the request that would make it; of a connection with its credentials
 */
public record Entry(String file, String place, ObjectNode json) {
    /** A mistake with one of its fields; an empty field is the entry itself. */
    public Mistake mistake(String field, String reason) {
        return new Mistake(file, field.isEmpty() ? place : place + "." + field, reason);
    }

    /** The file's name, without where it is. */
    public String fileName() {
        return Path.of(file).getFileName().toString();
    }

    /** The place only: there may be credentials in it. */
    @Override
    public String toString() {
        return file + ", " + place;
    }
}
