/** Who may do what: whoever may use a project in the KMS may use its syncs and connections here, and nobody else. */
package ai.hanzo.kms.secretsync.security;
