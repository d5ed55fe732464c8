/**
 * The audit trail: what was changed, by whom and from where, in a chain that shows whether anything in it was changed since. It
 * knows nothing of what the entries are about, but for names: never a value.
 */
package ai.hanzo.kms.secretsync.audit;
