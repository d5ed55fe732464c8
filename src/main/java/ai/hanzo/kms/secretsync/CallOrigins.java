package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.RequestOrigin;
import ai.hanzo.kms.secretsync.runs.Origins;
import ai.hanzo.kms.secretsync.sync.Origin;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/** Who is asking: the caller of the API that this thread works for, or else the service itself. */
@Component
class CallOrigins implements Origins {
    @Override
    public Origin current() {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        if (caller == null || caller instanceof AnonymousAuthenticationToken) {
            return Origin.SYSTEM;
        }
        return caller.getDetails() instanceof RequestOrigin from
                ? new Origin(caller.getName(), from.address(), from.requestId())
                : new Origin(caller.getName(), null, null);
    }
}
