/**
 * AWS Secrets Manager, STS and the part of KMS that is needed beside them, on one loopback port and in this process.
 *
 * <p>{@link ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator} is the way in. It enforces what AWS enforces and,
 * on request, fails, delays, throttles, forgets and ages as AWS does.
 *
 * <p>Not here: evaluation of IAM and resource policies, rotation functions, CloudTrail, encryption. It is modelled on
 * the service model, the API reference and on behaviour of AWS that others recorded; texts of errors that nobody
 * recorded are this project's own.
 */
package ai.hanzo.kms.secretsync.emulator;
