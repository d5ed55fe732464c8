package ai.hanzo.kms.secretsync.devkms;

import java.util.List;

/** The rules for names of secrets that hold in every project. */
final class SecretName {
    private SecretName() {}

    /**
     * The trimmed name.
     *
     * @param at the place of the name in the request, for the issue
     * @throws KmsError 422 if it is empty or contains a colon or a slash
     */
    static String checked(String name, List<String> at) {
        String key = Normal.trim(name);
        if (key.isEmpty()) {
            throw KmsError.invalid("too_small", at, "String must contain at least 1 character(s)");
        }
        if (key.contains(":")) {
            throw KmsError.invalid(at, "Secret name cannot contain colon.");
        }
        if (key.contains("/")) {
            throw KmsError.invalid(at, "Secret name cannot contain forward slash.");
        }
        return key;
    }
}
