/**
 * Everything this service says to AWS, and nothing of what it decides: clients for connections (which Camel's AWS Secrets
 * Manager component finds in its registry), requests made from changes, the reads and tag calls that the component lacks, and
 * what an error of AWS means to an operator.
 */
package ai.hanzo.kms.secretsync.aws;
