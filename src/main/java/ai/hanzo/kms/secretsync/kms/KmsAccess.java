package ai.hanzo.kms.secretsync.kms;

/** Calls the KMS as somebody: this service, or whoever called it. */
@FunctionalInterface
interface KmsAccess {
    /**
     * @return an answer that is neither about the token nor about the rate; other statuses are for the asker to judge
     */
    KmsReply send(KmsRequest request);
}
