package ai.hanzo.kms.secretsync.files;

/**
 * Something wrong in a file.
 *
 * @param file as it was found
 * @param place path of the field, such as {@code syncs[0].syncOptions.keySchema}; empty for the file as a whole
 * @param reason what is wrong and how to mend it; never a credential
 */
public record Mistake(String file, String place, String reason) {
    @Override
    public String toString() {
        return file + (place.isEmpty() ? "" : ", " + place) + ": " + reason;
    }
}
