package ai.hanzo.kms.secretsync.connections;

import java.util.Optional;

/** How a connection signs in to AWS; the two methods of the contract. */
public enum ConnectionMethod {
    ASSUME_ROLE("assume-role", "Assume Role"),
    ACCESS_KEY("access-key", "Access Key");

    private final String wireName;
    private final String label;

    ConnectionMethod(String wireName, String label) {
        this.wireName = wireName;
        this.label = label;
    }

    /** The word of requests, responses and the database, such as {@code access-key}. */
    public String wireName() {
        return wireName;
    }

    /** The words of messages, such as {@code Access Key}. */
    public String label() {
        return label;
    }

    /** The method of that wire name, or empty. */
    public static Optional<ConnectionMethod> of(String wireName) {
        for (ConnectionMethod method : values()) {
            if (method.wireName.equals(wireName)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
