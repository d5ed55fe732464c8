package ai.hanzo.kms.secretsync.security;

import java.util.Locale;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.access.hierarchicalroles.RoleHierarchyImpl;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a caller by OIDC may do; each role may also do what the ones before it may. */
enum Role {
    /** Reads: syncs, plans, runs, connections. */
    VIEWER,
    /** Runs what there is: sync, import, remove, approve, pause, check. */
    OPERATOR,
    /** Creates, changes and deletes. */
    ADMIN;

    private static final String PREFIX = "ROLE_";

    /** As it stands in a token. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    GrantedAuthority authority() {
        return new SimpleGrantedAuthority(PREFIX + word());
    }

    static String word(GrantedAuthority authority) {
        return authority.getAuthority().substring(PREFIX.length());
    }

    static RoleHierarchy hierarchy() {
        return RoleHierarchyImpl.withDefaultRolePrefix()
                .role(ADMIN.word())
                .implies(OPERATOR.word())
                .role(OPERATOR.word())
                .implies(VIEWER.word())
                .build();
    }
}
