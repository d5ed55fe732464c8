/** What an operator wrote down in files: connections and syncs in the words of the wire contract. It is read here; what it means is for others. */
package ai.hanzo.kms.secretsync.files;
