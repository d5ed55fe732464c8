package ai.hanzo.kms.secretsync.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;

class ApiErrorsTest {
    private final ApiErrors errors = new ApiErrors(new ApiJson());

    @ParameterizedTest
    @EnumSource
    void a_rejection_has_the_status_and_word_of_its_kind(Rejection.Kind kind) {
        ErrorView view = errors.of(new RuntimeException(new Rejection(kind, "why")), "req-1");
        assertThat(view).isEqualTo(new ErrorView("req-1", kind.status(), "why", kind.error()));
    }

    @Test
    void issues_are_a_list_with_their_details_beside_them() {
        Issue issue = new Issue("too_small", List.of("a", 0), "short", Map.of("minimum", 1));
        ErrorView view = errors.of(new ValidationException(List.of(issue)), "req-1");
        assertThat(new String(new ApiJson().write(view)))
                .isEqualTo("{\"reqId\":\"req-1\",\"statusCode\":422,\"message\":[{\"code\":\"too_small\","
                        + "\"path\":[\"a\",0],\"message\":\"short\",\"minimum\":1}],\"error\":\"ValidationFailure\"}");
    }

    @Test
    void spring_knows_what_the_caller_did_wrong() {
        assertThat(errors.of(new HttpRequestMethodNotSupportedException("PUT"), "r")
                        .statusCode())
                .isEqualTo(405);
        assertThat(errors.of(new HttpMediaTypeNotSupportedException("x"), "r").error())
                .isEqualTo("UnsupportedMediaType");
    }

    @Test
    void everything_else_is_ours() {
        ErrorView expected = new ErrorView("r", 500, "Something went wrong", "InternalServerError");
        assertThat(errors.of(new IOException("secret"), "r")).isEqualTo(expected);
        assertThat(errors.of(null, "r")).isEqualTo(expected);
        assertThat(errors.of(new OutOfMemoryError("secret"), "r")).isEqualTo(expected);
        Exception one = new Exception();
        Exception other = new Exception(one);
        one.initCause(other);
        assertThat(errors.of(one, "r")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"406, NotAcceptable", "418, Imateapot", "431, RequestHeaderFieldsTooLarge", "499, BadRequest"})
    void a_status_that_nobody_thought_of_has_a_word_too(int status, String error) {
        ErrorView view = errors.of(status, "r");
        assertThat(view.statusCode()).isEqualTo(status);
        assertThat(view.error().replaceAll("[^A-Za-z]", "")).isEqualToIgnoringCase(error);
        assertThat(view.message()).asString().isNotBlank();
    }

    @Test
    void a_rate_limit_says_when_to_come_again() throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        new ServletErrors(errors)
                .write(new MockHttpServletRequest(), response, Rejection.rateLimited(Duration.ofMillis(6_001)));
        assertThat(response.getStatus()).isEqualTo(429);
        assertThat(response.getHeader("Retry-After")).isEqualTo("7");
        assertThat(response.getContentAsString()).contains("Please try again in 7 seconds", "RateLimitExceeded");
    }

    @Test
    void what_has_been_answered_is_not_answered_again() throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        response.getWriter().write("done");
        response.flushBuffer();
        new ServletErrors(errors).write(new MockHttpServletRequest(), response, new IOException());
        assertThat(response.getContentAsString()).isEqualTo("done");
        assertThat(response.getStatus()).isEqualTo(200);
    }

    @Test
    void ids_are_14_letters_or_digits_and_differ() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> RequestIds.next()))
                .allMatch(id -> id.matches("req-[A-Za-z0-9]{14}"))
                .doesNotHaveDuplicates();
        MockHttpServletRequest request = new MockHttpServletRequest();
        assertThat(RequestIds.of(request)).isEqualTo(RequestIds.of(request));
    }

    @ParameterizedTest
    @CsvSource({
        "camelHttpUri, false, false",
        "CAMELFOO, false, false",
        "Authorization, false, false",
        "cookie, false, false",
        "X-Anything, false, false",
        "X-Request-Id, true, false",
        "x-kms-signature, true, false",
        "Location, false, true",
        "RETRY-AFTER, false, true"
    })
    void headers_that_cross(String name, boolean in, boolean out) {
        ApiHeaderFilter filter = new ApiHeaderFilter();
        assertThat(filter.applyFilterToExternalHeaders(name, "x", null)).isEqualTo(!in);
        assertThat(filter.applyFilterToCamelHeaders(name, "x", null)).isEqualTo(!out);
    }
}
