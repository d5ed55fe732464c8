/** Where this service may connect to at all, whoever named the address. */
package ai.hanzo.kms.secretsync.egress;
