package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.kms.KmsCallers;
import ai.hanzo.kms.secretsync.kms.KmsProject;
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
 * Asks the KMS, with the caller's own token, what the caller may use. Every route of the API asks here before it does
 * anything. An answer is remembered for half a minute, by a hash of the token.
 */
@Component("access")
public class Access {
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final int CALLERS = 10_000;

    private final KmsCallers kms;
    private final Cache<ProjectOfCaller, KmsProject> projects = remembering();
    private final Cache<String, List<KmsProject>> visible = remembering();

    Access(KmsCallers kms) {
        this.kms = kms;
    }

    private record ProjectOfCaller(String tokenHash, String projectId) {}

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
        return projects.get(
                new ProjectOfCaller(caller.tokenHash(), projectId), key -> kms.project(caller.token(), projectId));
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

    /** The ids of the projects that the caller may use. */
    public Set<String> projects() {
        return visibleProjects().stream().map(KmsProject::id).collect(Collectors.toUnmodifiableSet());
    }

    /** The token is good, whatever it may be used for. */
    public void anyone() {
        visibleProjects();
    }

    /**
     * Whoever makes a sync sees its secrets at the destination, so they must be able to read them at the source.
     *
     * @throws Rejection 403 where the caller cannot
     */
    public void requireReadable(Source source) {
        if (!kms.canReadValues(Caller.current().token(), source)) {
            throw Rejection.forbidden("You do not have permission to read secrets at path \"" + source.secretPath()
                    + "\" in environment \"" + source.environment() + "\".");
        }
    }

    private List<KmsProject> visibleProjects() {
        Caller caller = Caller.current();
        return visible.get(caller.tokenHash(), key -> kms.projects(caller.token()));
    }
}
