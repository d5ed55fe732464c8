package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonValue;

/** How an AWS app connection proves who it is. */
public enum ConnectionMethod {
    ASSUME_ROLE("assume-role", "Assume Role"),
    ACCESS_KEY("access-key", "Access Key");

    private final String wireName;
    private final String title;

    ConnectionMethod(String wireName, String title) {
        this.wireName = wireName;
        this.title = title;
    }

    /** The name in API and storage. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The name in messages. */
    public String title() {
        return title;
    }
}
