package ai.hanzo.kms.secretsync.devkms;

/**
 * One attempt to deliver a webhook; there is never a second.
 *
 * @param status of the receiver's answer, or 0 if there was none
 */
public record WebhookDelivery(String webhookId, String event, String environment, String secretPath, int status) {
    public boolean succeeded() {
        return status >= 200 && status < 300;
    }
}
