/**
 * What the wire contract says: which requests are valid and what they ask for, what responses look like, how an error is told,
 * and which headers cross between HTTP and the routes. Nothing here knows how a request is carried out; the routes do.
 *
 * <p>The contract is that of Infisical's Secret Sync and App Connections API, whose schemas are written in zod: its issues
 * (codes, paths, messages) are what a client sees, so they are reproduced to the letter.
 */
package ai.hanzo.kms.secretsync.api;
