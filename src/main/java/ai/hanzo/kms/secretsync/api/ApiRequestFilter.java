package ai.hanzo.kms.secretsync.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets only requests through to the routes whose body is small and says it is JSON (or, to log in, a form), or
 * that have none. The body is read here, up
 * to the limit, so that the limit also holds for a chunked body, whose length nobody knows before.
 *
 * <p>The routes see a request with its own id as a header, and without servlet parameters: Camel would turn those into headers,
 * and a form into a body. The query string is there, and {@link SyncRequests} and {@link ConnectionRequests} read it.
 */
class ApiRequestFilter extends OncePerRequestFilter {
    static final int LARGEST_BODY = 1024 * 1024;
    private static final Pattern LOGIN = Pattern.compile("/api/v1/auth/[^/]+/login/?");

    private final ServletErrors errors;
    private final ApiJson json;

    ApiRequestFilter(ServletErrors errors, ApiJson json) {
        this.errors = errors;
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        byte[] body;
        try {
            body = body(request);
        } catch (RefusedRequest refused) {
            request.setAttribute(RefusedRequest.class.getName(), refused);
            errors.write(request, response, refused);
            return;
        }
        RequestOrigin.note(request, RequestIds.of(request));
        chain.doFilter(new ReadRequest(request, RequestIds.of(request), body), response);
    }

    private byte[] body(HttpServletRequest request) {
        if (request.getContentLengthLong() > LARGEST_BODY) {
            throw RefusedRequest.tooLarge(LARGEST_BODY);
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
        } catch (IOException e) {
            throw RefusedRequest.unreadable();
        }
        if (body.length > LARGEST_BODY) {
            throw RefusedRequest.tooLarge(LARGEST_BODY);
        }
        if (isLoginForm(request)) {
            return json.write(Parameters.values(new String(body, StandardCharsets.UTF_8)));
        }
        if (body.length > 0 && !isJson(request)) {
            throw RefusedRequest.notJson();
        }
        return body;
    }

    /** Infisical takes a login as a form too, and clients send one; it goes on as the JSON that it stands for. */
    private static boolean isLoginForm(HttpServletRequest request) {
        return LOGIN.matcher(request.getRequestURI()).matches()
                && request.getHeader(HttpHeaders.CONTENT_ENCODING) == null
                && contentType(request)
                        .filter(MediaType.APPLICATION_FORM_URLENCODED::equalsTypeAndSubtype)
                        .isPresent();
    }

    /** A body without Content-Type passes for JSON: upstream's own clients send one with DELETE. */
    private static boolean isJson(HttpServletRequest request) {
        if (request.getHeader(HttpHeaders.CONTENT_ENCODING) != null) {
            return false;
        }
        return request.getContentType() == null
                || contentType(request)
                        .filter(type -> type.getType().equals("application")
                                && (type.getSubtype().equals("json")
                                        || type.getSubtype().endsWith("+json")))
                        .isPresent();
    }

    private static Optional<MediaType> contentType(HttpServletRequest request) {
        try {
            return Optional.ofNullable(request.getContentType()).map(MediaType::parseMediaType);
        } catch (InvalidMediaTypeException | StringIndexOutOfBoundsException e) {
            // The latter is what Spring's parser ends in at a quote that is not closed.
            return Optional.empty();
        }
    }

    /** A request whose body has been read. */
    private static final class ReadRequest extends HttpServletRequestWrapper {
        private final String id;
        private final byte[] body;

        ReadRequest(HttpServletRequest request, String id, byte[] body) {
            super(request);
            this.id = id;
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            return new ReadStream(body);
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }

        @Override
        public String getContentType() {
            return super.getContentType() == null ? null : MediaType.APPLICATION_JSON_VALUE;
        }

        @Override
        public int getContentLength() {
            return body.length;
        }

        @Override
        public long getContentLengthLong() {
            return body.length;
        }

        @Override
        public String getHeader(String name) {
            return RequestIds.HEADER.equalsIgnoreCase(name) ? id : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return RequestIds.HEADER.equalsIgnoreCase(name)
                    ? Collections.enumeration(List.of(id))
                    : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
            names.removeIf(RequestIds.HEADER::equalsIgnoreCase);
            names.add(RequestIds.HEADER);
            return Collections.enumeration(names);
        }

        @Override
        public String getParameter(String name) {
            return null;
        }

        @Override
        public String[] getParameterValues(String name) {
            return null;
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.emptyEnumeration();
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Map.of();
        }
    }

    private static final class ReadStream extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        ReadStream(byte[] body) {
            this.bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return bytes.read(buffer, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("The body is here already");
        }
    }
}
