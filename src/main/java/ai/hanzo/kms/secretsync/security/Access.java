package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.kms.KmsCallers;
import ai.hanzo.kms.secretsync.kms.KmsProject;
import ai.hanzo.kms.secretsync.kms.KmsSource;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.Source;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * What the caller may use. Every route of the API asks here before it does anything. The KMS is asked with the caller's own
 * token; a caller by OIDC has none there, and may use the projects that their token names, as far as this service itself may.
 * An answer is remembered for half a minute, by a hash of the token.
 */
@Component("access")
public class Access {
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final int CALLERS = 10_000;

    private final KmsCallers callers;
    private final KmsSource service;
    private final KnownTokens tokens;
    private final Cache<ProjectOfCaller, KmsProject> projects = remembering();
    private final Cache<String, List<KmsProject>> visible = remembering();

    Access(KmsCallers callers, KmsSource service, KnownTokens tokens) {
        this.callers = callers;
        this.service = service;
        this.tokens = tokens;
    }

    private record ProjectOfCaller(String key, String projectId) {}

    private static <K, V> Cache<K, V> remembering() {
        return Caffeine.newBuilder()
                .expireAfterWrite(REMEMBERED)
                .maximumSize(CALLERS)
                .build();
    }

    /**
     * The project, if the caller may use it.
     *
     * @throws Rejection 401 or 403 where the token is not good, 403 or 404 where the project is not the caller's, 429 or 503
     *     where the KMS cannot say
     */
    public KmsProject project(String projectId) {
        Caller caller = Caller.current();
        if (caller instanceof KmsCaller own) {
            return projects.get(
                    new ProjectOfCaller(own.key(), projectId),
                    key -> tokens.ask(own.key(), () -> callers.project(own.token(), projectId)));
        }
        if (caller instanceof OidcCaller named && !named.isOf(projectId)) {
            throw KmsCallers.notYours(projectId);
        }
        return projects.get(
                new ProjectOfCaller(ServiceCaller.KEY, projectId),
                key -> service.project(projectId)
                        .orElseThrow(() -> caller instanceof ServiceCaller
                                ? KmsSource.noAccess(projectId)
                                : KmsCallers.notYours(projectId)));
    }

    /**
     * The organisations of the projects that the caller may use.
     *
     * @throws Rejection as with {@link #project}; an empty set is a caller without any project
     */
    public Set<String> organizations() {
        return visibleProjects().stream()
                .map(KmsProject::orgId)
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The ids of the projects that the caller may use.
     *
     * @throws Rejection as with {@link #project}
     */
    public Set<String> projects() {
        return visibleProjects().stream().map(KmsProject::id).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The names of the folders below a folder: to a caller with a token of the KMS as the KMS shows them, by OIDC as this service
     * sees them.
     *
     * @throws Rejection as with {@link #project}; 400 where there is no such folder
     */
    public List<String> folders(Source source) {
        KmsProject project = project(source.projectId());
        return Caller.current() instanceof KmsCaller own
                ? tokens.ask(own.key(), () -> callers.folders(own.token(), project, source))
                : service.folders(project, source);
    }

    /** The token is good, whatever it may be used for. */
    public void anyone() {
        if (Caller.current() instanceof KmsCaller) {
            visibleProjects();
        }
    }

    /**
     * Whoever makes or changes a sync says where its secrets can be seen, so they must be able to read them at the source. By
     * OIDC that cannot be asked of the KMS: it is this service that must, for an administrator of the project.
     *
     * @throws Rejection 403 where the caller cannot; 400 where the folder is gone
     */
    public void requireReadable(Source source) {
        Caller caller = Caller.current();
        boolean readable = caller instanceof KmsCaller own
                ? tokens.ask(own.key(), () -> callers.canReadValues(own.token(), source))
                : project(source.projectId()) != null && service.canReadValues(source);
        if (!readable) {
            String who = caller instanceof ServiceCaller ? "The KMS identity of this service does not" : "You do not";
            throw Rejection.forbidden(who + " have permission to read secrets at path \"" + source.secretPath()
                    + "\" in environment \"" + source.environment() + "\".");
        }
    }

    /**
     * The projects that the caller may use.
     *
     * @throws Rejection as with {@link #project}
     */
    public List<KmsProject> visibleProjects() {
        Caller caller = Caller.current();
        if (caller instanceof KmsCaller own) {
            return visible.get(own.key(), key -> tokens.ask(key, () -> callers.projects(own.token())));
        }
        if (caller instanceof OidcCaller named) {
            return named.projects().isEmpty()
                    ? List.of()
                    : ofService().stream()
                            .filter(project -> named.isOf(project.id()))
                            .toList();
        }
        return ofService();
    }

    private List<KmsProject> ofService() {
        return visible.get(ServiceCaller.KEY, key -> service.projects());
    }
}
