package ai.hanzo.kms.secretsync.security;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;

/**
 * Nothing but the login, the health, the documentation and a signed notice of the KMS is answered without a bearer token.
 * What the token may do is for the KMS to say, project by project: see {@link Access}.
 */
@Configuration
class SecurityConfiguration {
    /**
     * The contract and the page that shows it: the same for everyone, published with the source, and wanted before there is a
     * token. They tell nothing of this installation.
     */
    private static final String[] DOCUMENTATION = {"/openapi.json", "/docs", "/docs/**", "/webjars/swagger-ui/**"};

    private static final String BEARER = "Bearer ";
    /** Requests worked on at the same time; most of the time they wait for the KMS. */
    private static final int API_THREADS = 32;

    @Bean
    SecurityFilterChain api(HttpSecurity http, AuthenticationEntryPoint tokenMissing, AccessDeniedHandler denied)
            throws Exception {
        AuthenticationFilter bearer = new AuthenticationFilter(
                (AuthenticationManager) SecurityConfiguration::trustForNow, SecurityConfiguration::caller);
        bearer.setSuccessHandler((request, response, authentication) -> {});
        bearer.setSecurityContextRepository(new RequestAttributeSecurityContextRepository());
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(bearer, AnonymousAuthenticationFilter.class)
                .exceptionHandling(refused ->
                        refused.authenticationEntryPoint(tokenMissing).accessDeniedHandler(denied))
                .authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(HttpMethod.POST, "/api/v1/webhooks/kms")
                                .permitAll()
                                .requestMatchers("/api/v1/auth/**", "/actuator/**", "/error")
                                .permitAll()
                                .requestMatchers(HttpMethod.GET, DOCUMENTATION)
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .build();
    }

    private static Authentication caller(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        String token = header.substring(BEARER.length()).trim();
        return token.isEmpty() ? null : new PreAuthenticatedAuthenticationToken(Caller.of(token), "");
    }

    private static Authentication trustForNow(Authentication presented) {
        return new PreAuthenticatedAuthenticationToken(presented.getPrincipal(), "", List.of());
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
