/**
 * AWS app connections: what is stored of them, how their credentials are encrypted at rest, and when they are checked. Knows
 * neither AWS nor the API: those meet it at {@link ai.hanzo.kms.secretsync.connections.CredentialCheck} and at
 * {@link ai.hanzo.kms.secretsync.connections.AppConnections}.
 */
package ai.hanzo.kms.secretsync.connections;
