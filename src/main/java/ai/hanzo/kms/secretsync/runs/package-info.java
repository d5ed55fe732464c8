/** What is due and when (Quartz), what a run did, and the journal of what syncs hold at their destinations. */
package ai.hanzo.kms.secretsync.runs;
