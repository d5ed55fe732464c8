package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/**
 * Nothing but the login, the health, the documentation, the console's files and a signed notice of the KMS is answered without a
 * bearer token. What a
 * token of the KMS may do is for the KMS to say, project by project: see {@link Access}. What a token of the OIDC issuer may do is
 * its {@link Role}'s.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties({RateLimitProperties.class, OidcIssuer.class, OidcClaims.class})
class SecurityConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityConfiguration.class);
    /**
     * The contract and the page that shows it: the same for everyone, published with the source, and wanted before there is a
     * token. They tell nothing of this installation.
     */
    private static final String[] DOCUMENTATION = {"/openapi.json", "/docs", "/docs/**", "/webjars/swagger-ui/**"};

    /** The files of the console: likewise the same for everyone. What it shows comes from the API. */
    private static final String[] CONSOLE = {"/", "/index.html", "/console/**"};

    private static final String[] READ_BY_POST = {
        "/api/v1/secret-syncs/aws-secrets-manager/check-destination",
        "/api/v1/secret-syncs/aws-secrets-manager/check-draft"
    };
    /** What a change would do is for whoever could make it. */
    private static final String PLAN_OF_A_CHANGE = "/api/v1/secret-syncs/aws-secrets-manager/*/plan";

    private static final String BEARER = "Bearer ";
    private static final String LOGIN = "/api/v1/auth/**";
    private static final String MANAGEMENT = "/actuator/**";
    /** Requests worked on at the same time; most of the time they wait for the KMS. */
    private static final int API_THREADS = 32;

    @Bean
    SecurityFilterChain api(
            HttpSecurity http,
            AuthenticationEntryPoint tokenMissing,
            AuthenticationFilter bearerTokens,
            RateLimits limits,
            KnownTokens tokens,
            Refusals refusals)
            throws Exception {
        RateLimitFilter rateLimit = new RateLimitFilter(
                PathPatternRequestMatcher.withDefaults().matcher(MANAGEMENT),
                PathPatternRequestMatcher.withDefaults().matcher(LOGIN),
                limits,
                tokens,
                refusals);
        return http.headers(BrowserHeaders::set)
                .csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(bearerTokens, AnonymousAuthenticationFilter.class)
                .addFilterAfter(rateLimit, AnonymousAuthenticationFilter.class)
                .exceptionHandling(refused -> refused.authenticationEntryPoint(tokenMissing)
                        .accessDeniedHandler(
                                (request, response, denied) -> refusals.tell(request, response, roleMissing(denied))))
                .authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(LOGIN, MANAGEMENT, "/error")
                                .permitAll()
                                .requestMatchers(HttpMethod.POST, "/api/v1/webhooks/kms")
                                .permitAll()
                                .requestMatchers(HttpMethod.GET, DOCUMENTATION)
                                .permitAll()
                                .requestMatchers(HttpMethod.GET, CONSOLE)
                                .permitAll()
                                .requestMatchers(HttpMethod.HEAD, CONSOLE)
                                .permitAll()
                                .requestMatchers(HttpMethod.GET)
                                .hasRole(Role.VIEWER.word())
                                .requestMatchers(HttpMethod.HEAD)
                                .hasRole(Role.VIEWER.word())
                                .requestMatchers(HttpMethod.POST, READ_BY_POST)
                                .hasRole(Role.VIEWER.word())
                                .requestMatchers(HttpMethod.POST, PLAN_OF_A_CHANGE)
                                .hasRole(Role.ADMIN.word())
                                // What is done with one sync or connection that there is.
                                .requestMatchers(
                                        HttpMethod.POST,
                                        "/api/v1/secret-syncs/aws-secrets-manager/*/*",
                                        "/api/v1/app-connections/aws/*/*")
                                .hasRole(Role.OPERATOR.word())
                                .anyRequest()
                                .hasRole(Role.ADMIN.word()))
                .build();
    }

    /** Who shows which token; what is no token of the issuer is for the KMS to judge. */
    @Bean
    AuthenticationFilter bearerTokens(OidcIssuer issuer, OidcClaims claims, RateLimits limits, Refusals refusals) {
        Optional<OidcTokens> oidc = issuer.isSet() ? Optional.of(oidcTokens(issuer, claims)) : Optional.empty();
        List<AuthenticationProvider> providers = new ArrayList<>();
        providers.add(new KmsTokens());
        oidc.ifPresent(tokens -> providers.add(tokens.provider()));
        AuthenticationFilter filter = new AuthenticationFilter(
                (AuthenticationManager) new ProviderManager(providers), request -> presented(request, oidc));
        filter.setSuccessHandler((request, response, authentication) -> {});
        filter.setFailureHandler((request, response, failure) -> refusals.tell(
                request,
                response,
                limits.attempt(RemoteAddress.of(request.getRemoteAddr()))
                        .orElseGet(() -> OidcTokens.refusal(failure))));
        filter.setSecurityContextRepository(new RequestAttributeSecurityContextRepository());
        return filter;
    }

    private static OidcTokens oidcTokens(OidcIssuer issuer, OidcClaims claims) {
        if (issuer.audiences().isEmpty()) {
            LOG.warn(
                    "Tokens of {} are accepted whatever application they are meant for: set"
                            + " SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES to this one's audience.",
                    issuer.issuerUri());
        }
        return new OidcTokens(issuer.issuerUri(), claims, new OidcDecoder(issuer));
    }

    /** It is a filter of the security chain, and not one of the web server besides. */
    @Bean
    FilterRegistrationBean<AuthenticationFilter> notOfTheWebServer(AuthenticationFilter bearerTokens) {
        FilterRegistrationBean<AuthenticationFilter> registration = new FilterRegistrationBean<>(bearerTokens);
        registration.setEnabled(false);
        return registration;
    }

    @Bean
    RateLimits rateLimits(RateLimitProperties properties) {
        return new RateLimits(properties, TimeMeter.SYSTEM_NANOTIME);
    }

    @Bean
    RoleHierarchy roleHierarchy() {
        return Role.hierarchy();
    }

    private static Authentication presented(HttpServletRequest request, Optional<OidcTokens> oidc) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        String token = header.substring(BEARER.length()).trim();
        if (token.isEmpty()) {
            return null;
        }
        return oidc.filter(tokens -> tokens.issued(token)).isPresent()
                ? new BearerTokenAuthenticationToken(token)
                : new PreAuthenticatedAuthenticationToken(KmsCaller.of(token), "");
    }

    private static Rejection roleMissing(AccessDeniedException denied) {
        boolean known = denied instanceof AuthorizationDeniedException named
                && named.getAuthorizationResult() instanceof AuthorityAuthorizationDecision;
        if (!known) {
            return Rejection.forbidden("You are not allowed to access this resource");
        }
        AuthorityAuthorizationDecision decision =
                (AuthorityAuthorizationDecision) ((AuthorizationDeniedException) denied).getAuthorizationResult();
        return Rejection.forbidden("Your token does not give you the role that this needs: "
                + decision.getAuthorities().stream().map(Role::word).collect(Collectors.joining(" or ")) + ".");
    }

    /** A token of the KMS is taken as it is: whether it is good is found out when it is used. */
    private static final class KmsTokens implements AuthenticationProvider {
        @Override
        public Authentication authenticate(Authentication presented) {
            return new PreAuthenticatedAuthenticationToken(
                    presented.getPrincipal(), "", List.of(Role.ADMIN.authority()));
        }

        @Override
        public boolean supports(Class<?> authentication) {
            return PreAuthenticatedAuthenticationToken.class.isAssignableFrom(authentication);
        }
    }

    /**
     * The threads on which Camel works on API requests. Camel takes an executor of this very type before any other, and it is
     * what carries the caller from the web server's thread to the route's.
     */
    @Bean
    DelegatingSecurityContextAsyncTaskExecutor apiExecutor(ThreadPoolTaskExecutor apiThreads) {
        return new DelegatingSecurityContextAsyncTaskExecutor(apiThreads);
    }

    @Bean
    ThreadPoolTaskExecutor apiThreads() {
        ThreadPoolTaskExecutor threads = new ThreadPoolTaskExecutor();
        threads.setThreadNamePrefix("api-");
        threads.setCorePoolSize(API_THREADS);
        threads.setMaxPoolSize(API_THREADS);
        return threads;
    }
}
