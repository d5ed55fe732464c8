package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;

/**
 * Encrypts and decrypts with keys that never leave AWS KMS, as the service itself and not as one of its connections. The record
 * is the encryption context: KMS binds it into the ciphertext, and CloudTrail shows it with every use.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html">encryption context</a>
 */
public class KmsMasterKeys implements AutoCloseable {
    private static final String CONTEXT = "record";
    /** Which part of an ARN it is. */
    private static final int REGION = 3;

    private final AwsSdk sdk;
    private final AwsErrors errors;
    private final Map<String, KmsClient> clients = new ConcurrentHashMap<>();

    KmsMasterKeys(AwsSdk sdk, AwsErrors errors) {
        this.sdk = sdk;
        this.errors = errors;
    }

    /**
     * @param key ARN of a symmetric key or of an alias
     * @param plaintext at most 4096 bytes
     * @throws Rejection UPSTREAM_UNAVAILABLE where KMS does not answer or refuses the key
     */
    public byte[] encrypt(String key, byte[] plaintext, String record) {
        return asked(
                key,
                () -> client(key)
                        .encrypt(request -> request.keyId(key)
                                .plaintext(SdkBytes.fromByteArray(plaintext))
                                .encryptionContext(Map.of(CONTEXT, record)))
                        .ciphertextBlob()
                        .asByteArray());
    }

    /**
     * @return empty where the ciphertext is of another key or of another record, or was changed
     * @throws Rejection as with {@link #encrypt}
     */
    public Optional<byte[]> decrypt(String key, byte[] ciphertext, String record) {
        return asked(key, () -> {
            try {
                // With the key's name, for KMS would otherwise decrypt with whatever key the ciphertext names.
                return Optional.of(client(key)
                        .decrypt(request -> request.keyId(key)
                                .ciphertextBlob(SdkBytes.fromByteArray(ciphertext))
                                .encryptionContext(Map.of(CONTEXT, record)))
                        .plaintext()
                        .asByteArray());
            } catch (InvalidCiphertextException | IncorrectKeyException e) {
                return Optional.empty();
            }
        });
    }

    private <T> T asked(String key, Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException e) {
            AwsFailure failure = errors.classify(e);
            throw new Rejection(
                    Rejection.Kind.UPSTREAM_UNAVAILABLE,
                    failure.failureClass().worthRetrying()
                            ? "The AWS KMS key " + key + " cannot be asked now: " + failure.text()
                            : "The AWS KMS key " + key + " cannot be used (" + failure.code()
                                    + "). Check that it exists in its region and is enabled, that this service has AWS"
                                    + " credentials of its own (AWS_ACCESS_KEY_ID, a profile, or the role of its container"
                                    + " or instance), and that they and the policy of the key allow kms:Encrypt and"
                                    + " kms:Decrypt.",
                    e);
        }
    }

    private KmsClient client(String key) {
        return clients.computeIfAbsent(key.split(":")[REGION], sdk::kms);
    }

    @Override
    public void close() {
        clients.values().forEach(KmsClient::close);
    }
}
