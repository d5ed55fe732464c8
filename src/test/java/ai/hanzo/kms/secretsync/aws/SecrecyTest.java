package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.AwsFixture.CONNECTION;
import static ai.hanzo.kms.secretsync.aws.AwsFixture.REGION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.DesiredSecret;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;

/** No value and no credential is logged, at no level, nor told by an exception. */
class SecrecyTest {
    private static final List<String> TALKATIVE =
            List.of("software.amazon.awssdk", "org.apache.http", "org.apache.camel", "ai.hanzo");

    private final ScriptedAws aws = new ScriptedAws();
    private final AwsFixture fixture = new AwsFixture(aws.uri());
    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Map<String, Level> levels = new TreeMap<>();
    private final Map<String, Boolean> additive = new TreeMap<>();
    private final Collection<String> lines = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    @BeforeEach
    void listen() {
        listener.setContext(logging);
        listener.start();
        Stream.concat(TALKATIVE.stream(), QuietWireLogs.LOGGERS.stream()).forEach(name -> {
            Logger logger = logging.getLogger(name);
            levels.put(name, logger.getLevel());
            additive.put(name, logger.isAdditive());
        });
        for (String name : TALKATIVE) {
            Logger logger = logging.getLogger(name);
            logger.setLevel(Level.TRACE);
            // Not to the console: it is a great deal.
            logger.setAdditive(false);
            logger.addAppender(listener);
        }
        for (String name : QuietWireLogs.LOGGERS) {
            logging.getLogger(name).setLevel(Level.TRACE);
        }
        fixture.connect(CONNECTION, 1, AwsFixture.role(null));
        aws.answer(call -> {
            switch (call.operation()) {
                case "AssumeRole":
                case "GetCallerIdentity":
                    return ScriptedAws.sts(call);
                case "BatchGetSecretValue":
                    return ScriptedAws.Answer.json(
                            "{'SecretValues':[{'Name':'a','VersionId':'v','SecretString':'MARKER-read-value'}]}");
                case "UpdateSecret":
                    return ScriptedAws.Answer.error(
                            400,
                            "ValidationException",
                            "1 validation error detected: Value 'MARKER-written-value' at 'secretString' failed to satisfy constraint: x");
                default:
                    return ScriptedAws.Answer.json("{'ARN':'arn:a','Name':'a','VersionId':'v'}");
            }
        });
    }

    @AfterEach
    void close() {
        for (String name : TALKATIVE) {
            logging.getLogger(name).detachAppender(listener);
        }
        levels.forEach((name, level) -> logging.getLogger(name).setLevel(level));
        additive.forEach((name, was) -> logging.getLogger(name).setAdditive(was));
        fixture.close();
        aws.close();
    }

    /** A write that succeeds, one that AWS refuses with the value in its words, reads and checks. */
    private Throwable everything() throws Exception {
        AwsRequests requests = new AwsRequests(fixture.properties);
        DesiredSecret secret = new DesiredSecret("a", SecretText.of("MARKER-written-value"), Map.of(), new TreeSet<>());
        Throwable refused;
        try (DefaultCamelContext camel = new DefaultCamelContext(new DefaultRegistry(fixture.clients))) {
            camel.start();
            String client = fixture.clients.clientName(CONNECTION, REGION);
            String uri = "aws-secrets-manager:" + client + "?pojoRequest=true&secretsManagerClient=#" + client
                    + "&operation=";
            var producer = camel.createProducerTemplate();
            CreateSecretRequest create =
                    requests.create(AwsFixture.sync(null), new Change.Create(secret, "t".repeat(64), 1));
            producer.requestBody(uri + "createSecret", create);
            Exchange update = producer.request(
                    uri + "updateSecret",
                    exchange -> exchange.getMessage()
                            .setBody(requests.update(
                                    AwsFixture.sync(null),
                                    new Change.Update(
                                            secret,
                                            AwsFixture.existing("a", Map.of()),
                                            false,
                                            false,
                                            "x",
                                            "t".repeat(64),
                                            1))));
            refused = update.getException();
        }
        fixture.reader().read(CONNECTION, REGION, List.of("a"), (name, value) -> {});
        fixture.callerIdentity().accountId(AwsFixture.role(null));
        fixture.callerIdentity().accountId(AwsFixture.key("AKIA"));
        return refused;
    }

    @Test
    void nothing_secret_is_logged_at_trace() throws Exception {
        new QuietWireLogs();

        everything();

        assertThat(lines).anyMatch(line -> line.startsWith("software.amazon.awssdk"));
        assertThat(lines).filteredOn(line -> line.contains("MARKER")).isEmpty();
    }

    @Test
    void without_the_quiet_this_test_would_hear_values_and_session_tokens() throws Exception {
        everything();

        assertThat(lines).anyMatch(line -> line.contains("MARKER-written-value"));
        assertThat(lines).anyMatch(line -> line.contains("MARKER-session-token"));
    }

    @Test
    void what_is_made_of_an_exception_has_no_value_even_where_aws_quotes_one() throws Exception {
        Throwable refused = everything();
        AwsFailure failure = fixture.errors.classify(refused);

        StringWriter text = new StringWriter();
        refused.printStackTrace(new PrintWriter(text, true));
        assertThat(text.toString()).contains("secretString").doesNotContain("MARKER");

        assertThat(failure.failureClass()).isEqualTo(FailureClass.SECRET_WRONG);
        assertThat(failure.message()).isEqualTo("AWS does not accept secretString");
        assertThat(failure.toString() + failure.text()).doesNotContain("MARKER");
    }

    @Test
    void exceptions_of_refused_checks_hold_no_credential() {
        aws.answer(
                call -> ScriptedAws.Answer.stsError(403, "SignatureDoesNotMatch", "The canonical string was MARKER"));

        Throwable refused = catchThrowable(() -> fixture.callerIdentity().accountId(AwsFixture.key("AKIA")));

        StringWriter text = new StringWriter();
        refused.printStackTrace(new PrintWriter(text, true));
        assertThat(text.toString()).contains("Unable to validate connection").doesNotContain("MARKER");
    }

    @Test
    void nothing_of_this_package_shows_a_secret_when_printed() {
        assertThat(List.of(
                        AwsFixture.key("AKIA"),
                        new AwsIdentities.Resolved(AwsFixture.key("AKIA"), 1, "1"),
                        new CurrentValue.Text(SecretText.of("MARKER"), "v"),
                        fixture.sdk.credentials(AwsFixture.role(null), REGION)))
                .allSatisfy(object -> assertThat(object.toString()).doesNotContain("MARKER"));
    }
}
