package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The secrets of the KMS, read and written as this service. */
public final class KmsSource {
    private static final Duration HELD_FOR = Duration.ofSeconds(30);
    /** More would take too much of a small heap. */
    private static final int MOST_HELD = 20_000;

    private final KmsSession session;
    private final KmsReader reader;
    private final KmsWriter writer;
    private final String host;
    /** What the last poll that found a change has read. */
    private final AtomicReference<Held> held = new AtomicReference<>();

    /**
     * A snapshot that runs are about to ask for: they then only ask whether it is still so.
     *
     * @param until {@link System#nanoTime()} after which it is let go; values are not kept for longer than runs take to begin
     */
    private record Held(Source source, SourceSnapshot snapshot, long until) {
        boolean isOver() {
            return System.nanoTime() - until >= 0;
        }
    }

    KmsSource(KmsHttp http, KmsSession session, KmsReader reader) {
        this.session = session;
        this.reader = reader;
        this.writer = new KmsWriter(session, reader);
        this.host = http.base().toString();
    }

    /**
     * A project, as this service sees it.
     *
     * @return empty where there is none, or none that this service's identity may use
     * @throws Rejection RATE_LIMITED; UPSTREAM_UNAVAILABLE
     */
    public Optional<KmsProject> project(String projectId) {
        return asked(() -> reader.project(session, projectId));
    }

    /**
     * All projects that this service's identity may use.
     *
     * @throws Rejection RATE_LIMITED; UPSTREAM_UNAVAILABLE
     */
    public List<KmsProject> projects() {
        return asked(() -> reader.projects(session));
    }

    /**
     * Whether this service may read all that a sync of this source would write to AWS.
     *
     * @throws Rejection BAD_REQUEST where the folder does not exist; RATE_LIMITED; UPSTREAM_UNAVAILABLE
     */
    public boolean canReadValues(Source source) {
        return asked(() -> reader.canReadValues(session, source));
    }

    /**
     * Looks a source up as this service.
     *
     * @throws Rejection BAD_REQUEST where environment or folder does not exist; FORBIDDEN where this service's identity
     *     cannot see the project or list its folders; RATE_LIMITED; UPSTREAM_UNAVAILABLE
     */
    public SourceLocation describe(Source source) {
        KmsProject project = project(source.projectId()).orElseThrow(() -> noAccess(source.projectId()));
        return asked(() -> reader.locate(session, project, source));
    }

    /**
     * The names of the folders directly below a folder, sorted.
     *
     * @throws Rejection as {@link #describe}
     */
    public List<String> folders(KmsProject project, Source source) {
        return asked(() -> reader.folders(session, project, source));
    }

    /** What is wrong where this service's own identity cannot see a project. */
    public static Rejection noAccess(String projectId) {
        return Rejection.forbidden("The KMS identity of this service has no access to project with ID \"" + projectId
                + "\". Add the identity to the project, or correct the id.");
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KmsException e) {
            throw rejection(e);
        }
    }

    /**
     * Reads everything at a source, references expanded and imports merged, unless nothing changed.
     *
     * @param etag {@link ai.hanzo.kms.secretsync.sync.SourceSnapshot#etag()} of an earlier read, or null to read in any case;
     *     one that belongs to another identity or another query is not used
     * @throws SourceUnreadableException HIDDEN_VALUES, PARTIAL_IMPORTS or PARTIAL_FOLDERS: the KMS kept something back
     * @throws KmsException for every other {@link SourceFailure}. A read is complete or fails.
     */
    public SourceRead fetch(Source source, String etag) {
        held.updateAndGet(before -> before == null || before.isOver() ? null : before);
        SourceRead read = conditional(source, etag);
        if (read instanceof SourceRead.Changed changed
                && changed.snapshot().etag() != null
                && changed.snapshot().secrets().size() <= MOST_HELD) {
            held.set(new Held(source, changed.snapshot(), System.nanoTime() + HELD_FOR.toNanos()));
        }
        return read;
    }

    private SourceRead conditional(Source source, String etag) {
        return reader.read(
                session,
                source,
                request -> {
                    String scope = scope(request);
                    return etag != null && etag.startsWith(scope)
                            ? request.ifNoneMatch(etag.substring(scope.length()))
                            : request;
                },
                (request, named) -> named == null || !KmsHttp.fitsHeader(named) ? null : scope(request) + named);
    }

    /**
     * Gives everything at a source as it is now. The KMS is asked in any case, but need not send again what {@link #fetch} has read
     * just before.
     */
    public SourceSnapshot read(Source source) {
        Held known = held.get();
        boolean fresh = known != null && known.source().equals(source) && !known.isOver();
        if (conditional(source, fresh ? known.snapshot().etag() : null) instanceof SourceRead.Changed changed) {
            return changed.snapshot();
        }
        if (fresh) {
            return known.snapshot();
        }
        throw new KmsException(SourceFailure.PROTOCOL, "The KMS answered 304 to a request without a condition.");
    }

    /**
     * The secrets of the folder itself, without imports and with references as they stand: what an import into the KMS
     * compares with (specification 4.4) and must not overwrite by accident.
     *
     * @throws KmsException as {@link #fetch}
     */
    public SortedMap<String, SourceSecret> own(Source source) {
        return reader.own(session, source);
    }

    /**
     * Creates or overwrites secrets of the folder; everything else about an existing one stays as it is. Values arrive as
     * {@link KmsText#normalise} says. One key that the KMS refuses does not stop the others.
     *
     * @return what became of each key; nothing is thrown for what the KMS answers
     */
    public UpsertResult upsert(Source source, SortedMap<String, SecretText> entries) {
        return writer.upsert(source, entries);
    }

    /** What a caller of the API is told where the KMS could not be read. */
    public static Rejection rejection(KmsException e) {
        return switch (e.failure()) {
            case RATE_LIMITED -> new Rejection(Rejection.Kind.RATE_LIMITED, e.getMessage(), e.retryAfter(), e);
            case FORBIDDEN, HIDDEN_VALUES, PARTIAL_IMPORTS, PARTIAL_FOLDERS, REFERENCE ->
                new Rejection(Rejection.Kind.FORBIDDEN, e.getMessage(), e);
            case FOLDER_GONE -> new Rejection(Rejection.Kind.BAD_REQUEST, e.getMessage(), e);
            case CREDENTIALS, UNAVAILABLE, PROTOCOL ->
                new Rejection(Rejection.Kind.UPSTREAM_UNAVAILABLE, e.getMessage() + " " + e.remedy(), e);
        };
    }

    /** An ETag is good for one identity and one query (specification 2.8): what it stands behind, of fixed length. */
    private String scope(KmsRequest request) {
        try {
            String text = String.join("\n", host, session.identity(), request.path(), request.encodedQuery());
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8) + " ";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }
}
