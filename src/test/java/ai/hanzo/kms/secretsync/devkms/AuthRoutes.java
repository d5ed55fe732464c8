package ai.hanzo.kms.secretsync.devkms;

/** Login, renewal and revocation. */
final class AuthRoutes {
    private AuthRoutes() {}

    static void addTo(Router router, Tokens tokens) {
        router.addOpen(
                "POST",
                "/api/v1/auth/universal-auth/login",
                RateLimiter.Kind.WRITE,
                request -> KmsResponse.json(tokens.login(request.json())));
        router.addOpen(
                "POST",
                "/api/v1/auth/token/renew",
                RateLimiter.Kind.WRITE,
                request -> KmsResponse.json(tokens.renew(request.json())));
        router.addOpen(
                "POST",
                "/api/v1/auth/token/revoke",
                RateLimiter.Kind.WRITE,
                request -> KmsResponse.json(tokens.revoke(request.json())));
    }
}
