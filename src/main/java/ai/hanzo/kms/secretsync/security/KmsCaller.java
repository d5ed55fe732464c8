package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.SecretText;

/** A caller with a bearer token of the KMS, which the KMS may not have been asked about yet. */
record KmsCaller(SecretText token, String key) implements Caller {
    static KmsCaller of(String token) {
        return new KmsCaller(SecretText.of(token), Caller.hash(token));
    }

    /** See {@link KmsSubject}. */
    @Override
    public String getName() {
        return KmsSubject.of(token, key);
    }
}
