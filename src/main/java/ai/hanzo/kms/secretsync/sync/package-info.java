/**
 * The heart: what a sync is, what it would change, and why. Pure Java - no Camel, Spring, AWS SDK, HTTP or SQL; everything
 * else may use it.
 */
package ai.hanzo.kms.secretsync.sync;
