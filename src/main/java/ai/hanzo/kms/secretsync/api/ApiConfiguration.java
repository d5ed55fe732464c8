package ai.hanzo.kms.secretsync.api;

import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.UrlHandlerFilter;

/** Puts the filters of the API in front of the routes. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {
    private static final String API = "/api/*";
    /** After Spring Security, so that nobody's body is read before it is known whose it is. */
    private static final int AFTER_SECURITY = SecurityProperties.DEFAULT_FILTER_ORDER + 10;

    @Bean
    FilterRegistrationBean<ApiRequestFilter> apiRequestFilter(ServletErrors errors, ApiJson json) {
        FilterRegistrationBean<ApiRequestFilter> filter =
                new FilterRegistrationBean<>(new ApiRequestFilter(errors, json));
        filter.addUrlPatterns(API);
        filter.setOrder(AFTER_SECURITY);
        return filter;
    }

    /** Whoever shows the syncs asks again and again; the KMS does the same for whoever asks it. */
    @Bean
    FilterRegistrationBean<ApiEtagFilter> apiEtags() {
        FilterRegistrationBean<ApiEtagFilter> filter = new FilterRegistrationBean<>(new ApiEtagFilter());
        filter.addUrlPatterns("/api/v1/secret-syncs/*", "/api/v1/app-connections/*");
        filter.setOrder(AFTER_SECURITY + 1);
        return filter;
    }

    /** Upstream does not mind a slash at the end of a path, and clients send one. */
    @Bean
    FilterRegistrationBean<UrlHandlerFilter> apiTrailingSlash() {
        FilterRegistrationBean<UrlHandlerFilter> filter = new FilterRegistrationBean<>(
                UrlHandlerFilter.trailingSlashHandler("/api/**").wrapRequest().build());
        filter.addUrlPatterns(API);
        // Before Spring Security, so that it and the routes speak of the same path.
        filter.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER - 10);
        return filter;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> apiErrorsOfTomcat(ApiErrors errors) {
        return tomcat -> tomcat.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new ApiErrorValve(errors)));
    }
}
