package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses whoever asks too often: a known caller by what their token is, anybody else by where they come from. */
class RateLimitFilter extends OncePerRequestFilter {
    private final RequestMatcher management;
    private final RequestMatcher login;
    private final RateLimits limits;
    private final KnownTokens tokens;
    private final Refusals refusals;

    RateLimitFilter(
            RequestMatcher management, RequestMatcher login, RateLimits limits, KnownTokens tokens, Refusals refusals) {
        this.management = management;
        this.login = login;
        this.limits = limits;
        this.tokens = tokens;
        this.refusals = refusals;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return management.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Rejection> refusal = taken(request);
        if (refusal.isPresent()) {
            refusals.tell(request, response, refusal.get());
            return;
        }
        chain.doFilter(request, response);
    }

    private Optional<Rejection> taken(HttpServletRequest request) {
        String address = RemoteAddress.of(request.getRemoteAddr());
        if (login.matches(request)) {
            return limits.attempt(address);
        }
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof Caller caller)) {
            return limits.call(address);
        }
        boolean unknown = caller instanceof KmsCaller && !tokens.isKnown(caller.key());
        return unknown ? limits.attempt(address) : limits.call(caller.key());
    }
}
