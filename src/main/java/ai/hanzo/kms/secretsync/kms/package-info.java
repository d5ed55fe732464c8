/**
 * The source: the Hanzo KMS, by the API it shares with Infisical. {@link ai.hanzo.kms.secretsync.kms.KmsSource} reads and
 * writes secrets as the service; {@link ai.hanzo.kms.secretsync.kms.KmsCallers} asks on behalf of whoever calls the
 * service, with their own token.
 *
 * <p>What goes wrong at the KMS is a {@link ai.hanzo.kms.secretsync.kms.KmsException} for a run and a
 * {@link ai.hanzo.kms.secretsync.sync.Rejection} for a caller. Neither ever holds a value, a token, a client secret or a
 * body.
 */
package ai.hanzo.kms.secretsync.kms;
