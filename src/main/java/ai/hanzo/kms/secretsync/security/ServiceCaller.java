package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Origin;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Nobody called: this service does what its operator wrote down or ordered, and may use what its own identity in the KMS may.
 *
 * @param actor as it goes on record, see {@link Origin#actor()}
 */
public record ServiceCaller(String actor) implements Caller {
    /** In place of a hash, where the KMS is asked as this service. */
    static final String KEY = "service";

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public String getName() {
        return actor;
    }

    /** Does something as this caller, on this thread. */
    public <T> T call(Supplier<T> work) {
        SecurityContext before = SecurityContextHolder.getContext();
        SecurityContext own = SecurityContextHolder.createEmptyContext();
        own.setAuthentication(new Authenticated(this));
        SecurityContextHolder.setContext(own);
        try {
            return work.get();
        } finally {
            SecurityContextHolder.setContext(before);
        }
    }

    private static final class Authenticated extends AbstractAuthenticationToken {
        private final ServiceCaller caller;

        Authenticated(ServiceCaller caller) {
            super(List.of(Role.ADMIN.authority()));
            this.caller = caller;
            setAuthenticated(true);
        }

        @Override
        public Object getPrincipal() {
            return caller;
        }

        @Override
        public Object getCredentials() {
            return "";
        }
    }
}
