package ai.hanzo.kms.secretsync.kms;

/** A setting of the KMS is missing or wrong: the service cannot start. The message is one line for the operator. */
public final class KmsSettingException extends RuntimeException {
    private final String setting;

    KmsSettingException(String setting, String problem) {
        super(setting + " " + problem);
        this.setting = setting;
    }

    /** The environment variable, such as {@code KMS_BASE_URL}. */
    public String setting() {
        return setting;
    }
}
