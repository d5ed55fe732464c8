/** The syncs that people configured: stored, found by id, name, source or connection. */
package ai.hanzo.kms.secretsync.syncs;
