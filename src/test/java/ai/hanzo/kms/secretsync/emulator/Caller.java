package ai.hanzo.kms.secretsync.emulator;

/**
 * A verified caller and where the call goes.
 *
 * @param region from the scope of the signature
 */
record Caller(Principal principal, String region) {
    String account() {
        return principal.account();
    }
}
