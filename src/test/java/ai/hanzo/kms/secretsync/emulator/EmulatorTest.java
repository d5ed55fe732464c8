package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** One emulator for the tests of a class, as new before each. */
abstract class EmulatorTest {
    static SecretsManagerEmulator emulator;
    static SecretsManagerClient aws;

    @BeforeAll
    static void start() {
        emulator = SecretsManagerEmulator.start();
        aws = EmulatorClients.secretsManager(emulator);
    }

    @BeforeEach
    void asNew() {
        emulator.reset();
    }

    @AfterAll
    static void stop() {
        aws.close();
        emulator.close();
    }

    static void create(String name, String value) {
        aws.createSecret(create -> create.name(name).secretString(value));
    }

    static AwsServiceException refused(String code, ThrowingCallable call) {
        AwsServiceException error = catchThrowableOfType(AwsServiceException.class, call);
        assertThat(error).as("should have been refused").isNotNull();
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
        return error;
    }

    /** Whatever comes of it. */
    static void attempt(ThrowingCallable call) {
        assertThat(catchThrowable(call)).isNotInstanceOf(AssertionError.class);
    }
}
