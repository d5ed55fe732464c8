package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.Rejection.Kind;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.http.HttpMethod;

/**
 * What the KMS says to somebody else's token: it alone decides who may see which project. Nothing waits here, because a
 * caller does; nothing is cached.
 *
 * <p>Every method but the login throws a {@link Rejection}: UNAUTHENTICATED or TOKEN with the KMS's own message where it
 * does not accept the token, RATE_LIMITED, UPSTREAM_UNAVAILABLE.
 */
public final class KmsCallers {
    private static final int LOGIN_LIMIT = 64 * 1024;
    private static final Set<String> LOGIN_METHODS = Set.of(
            "universal-auth",
            "aws-auth",
            "kubernetes-auth",
            "azure-auth",
            "gcp-auth",
            "oidc-auth",
            "jwt-auth",
            "ldap-auth",
            "oci-auth");

    private final KmsHttp http;
    private final KmsReader reader;
    private final LoginGuard guard;

    KmsCallers(KmsHttp http, KmsReader reader, LoginGuard guard) {
        this.http = http;
        this.reader = reader;
        this.guard = guard;
    }

    /** @throws Rejection FORBIDDEN where the project does not exist or is not the caller's, in the same words */
    public KmsProject project(SecretText token, String projectId) {
        return asked(() -> reader.project(as(token), projectId).orElseThrow(() -> notYours(projectId)));
    }

    /** All projects the token may see. */
    public List<KmsProject> projects(SecretText token) {
        return asked(() -> reader.projects(as(token)));
    }

    /**
     * As {@link KmsSource#describe}, with the caller's token.
     *
     * @throws Rejection BAD_REQUEST where environment or folder does not exist; FORBIDDEN
     */
    public SourceLocation describe(SecretText token, Source source) {
        return asked(() -> {
            KmsAccess access = as(token);
            KmsProject project =
                    reader.project(access, source.projectId()).orElseThrow(() -> notYours(source.projectId()));
            return reader.locate(access, project, source);
        });
    }

    /**
     * As {@link KmsSource#folders}, with the caller's token: what the KMS shows to them.
     *
     * @throws Rejection BAD_REQUEST where environment or folder does not exist; FORBIDDEN
     */
    public List<String> folders(SecretText token, KmsProject project, Source source) {
        return asked(() -> reader.folders(as(token), project, source));
    }

    /**
     * Whether the caller may read all that a sync of this source would write to AWS: the values, what they refer to and
     * what is imported. Anything less would let a sync show its author what the KMS does not.
     *
     * @throws Rejection BAD_REQUEST where the folder does not exist
     */
    public boolean canReadValues(SecretText token, Source source) {
        return asked(() -> reader.canReadValues(as(token), source));
    }

    /**
     * Passes a login on to the KMS, unless it could lock an identity there: see {@link LoginGuard}.
     *
     * @param method the path segment, such as {@code universal-auth}
     * @param body JSON, at most 64 KiB
     * @return the KMS's answer, whatever its status
     * @throws Rejection NOT_FOUND for a method that is not passed on; BAD_REQUEST; UNAUTHENTICATED; RATE_LIMITED;
     *     UPSTREAM_UNAVAILABLE
     */
    public LoginReply relayLogin(String method, byte[] body) {
        if (!LOGIN_METHODS.contains(method)) {
            throw Rejection.notFound("There is no such login method.");
        }
        if (body.length > LOGIN_LIMIT) {
            throw Rejection.badRequest("The login is larger than " + LOGIN_LIMIT + " bytes.");
        }
        if (!LoginAttempt.counted(method)) {
            return asked(() -> relay(method, body));
        }
        LoginAttempt attempt = LoginAttempt.read(method, body);
        return asked(() -> guard.login(attempt, () -> relay(method, attempt.body())));
    }

    private LoginReply relay(String method, byte[] body) {
        KmsReply reply = http.sendOnce(
                KmsRequest.json(Quota.LOGIN, HttpMethod.POST, "/api/v1/auth/" + method + "/login", body), null);
        return new LoginReply(reply.status(), reply.header("Content-Type"), reply.header("Retry-After"), reply.body());
    }

    private KmsAccess as(SecretText token) {
        if (token == null || token.isEmpty()) {
            throw new Rejection(Kind.UNAUTHENTICATED, "Token missing");
        }
        if (!KmsHttp.fitsHeader(token.reveal())) {
            throw new Rejection(Kind.TOKEN, "The provided access token is malformed.");
        }
        return request -> {
            KmsReply reply = http.sendOnce(request, token);
            if (reply.tokenRefused()) {
                throw new Rejection(
                        reply.tokenError() ? Kind.TOKEN : Kind.UNAUTHENTICATED,
                        reply.message().isEmpty() || reply.message().contains(token.reveal())
                                ? "You are not allowed to access this resource"
                                : reply.message());
            }
            if (reply.status() == 429) {
                throw KmsHttp.rateLimited(reply.retryAfter());
            }
            return reply;
        };
    }

    /** In the same words, whether a project is somebody else's or does not exist. */
    public static Rejection notYours(String projectId) {
        return Rejection.forbidden(
                "You are not allowed to access project with ID \"" + projectId + "\", or it does not exist.");
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KmsException e) {
            throw KmsSource.rejection(e);
        }
    }
}
