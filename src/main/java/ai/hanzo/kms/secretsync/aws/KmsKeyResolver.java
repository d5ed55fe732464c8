package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.KmsKeys;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** Knows that the id, the ARN and the aliases of a KMS key are the same key. */
@Component("kmsKeys")
public class KmsKeyResolver {
    private static final Logger LOG = LoggerFactory.getLogger(KmsKeyResolver.class);
    private static final String PARAMETER_STORE_KEY = "alias/aws/ssm";
    private static final int MOST = 1_000;
    /** An alias can be pointed to another key at any time. */
    private static final Duration KNOWN_FOR = Duration.ofMinutes(10);
    /** Soon enough after somebody has granted kms:DescribeKey. */
    private static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);

    private final AwsClients clients;
    private final AwsErrors errors;
    private final Clock clock;
    private final Map<Spelling, Answer> answers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Spelling, Answer> eldest) {
            return size() > MOST;
        }
    };

    @Autowired
    KmsKeyResolver(AwsClients clients, AwsErrors errors) {
        this(clients, errors, Clock.systemUTC());
    }

    KmsKeyResolver(AwsClients clients, AwsErrors errors, Clock clock) {
        this.clients = clients;
        this.errors = errors;
        this.clock = clock;
    }

    /**
     * The key id that a spelling stands for; asks AWS once in ten minutes.
     *
     * @param key id, ARN or alias; null or empty for the account's default key
     * @return empty if AWS does not say: {@code kms:DescribeKey} is not permitted, there is no such key, or the call failed. Then
     *     only equal spellings are known to be equal
     */
    public Optional<String> keyId(UUID connectionId, String region, String key) {
        Spelling asked = new Spelling(connectionId, region, spelling(key));
        Instant now = clock.instant();
        synchronized (answers) {
            Answer known = answers.get(asked);
            if (known != null && now.isBefore(known.until())) {
                return Optional.ofNullable(known.keyId());
            }
        }
        Answer answer = ask(asked, now);
        synchronized (answers) {
            answers.put(asked, answer);
        }
        return Optional.ofNullable(answer.keyId());
    }

    /**
     * What some aliases stand for at the destination of a sync.
     *
     * @return key ids by alias; without those of which AWS does not say it
     */
    public Map<String, String> resolve(SecretSync sync, Collection<String> aliases) {
        Map<String, String> keys = new HashMap<>();
        for (String alias : aliases) {
            keyId(sync.destination().connectionId(), sync.destination().region(), alias)
                    .ifPresent(key -> keys.put(alias, key));
        }
        return keys;
    }

    /** To be called when a connection was changed or deleted: another account has other keys. */
    public void forget(UUID connectionId) {
        synchronized (answers) {
            answers.keySet().removeIf(spelling -> spelling.connectionId().equals(connectionId));
        }
    }

    /**
     * The keys a person can choose from: every alias of a symmetric encryption key, of AWS's own only the default key
     * (upstream's rules). A key that may not be described is left out.
     *
     * @param destination what is to be encrypted: {@code aws-secrets-manager} or {@code aws-parameter-store}
     * @throws Rejection ({@code BAD_REQUEST}) if the aliases cannot be listed
     */
    public List<KmsKey> kmsKeys(UUID connectionId, String region, String destination) {
        String ownKey = destination.equals("aws-parameter-store") ? PARAMETER_STORE_KEY : KmsKeys.DEFAULT;
        KmsClient kms = clients.kms(connectionId, region);
        Map<String, Boolean> encrypting = new HashMap<>();
        List<KmsKey> keys = new ArrayList<>();
        try {
            for (AliasListEntry alias :
                    kms.listAliasesPaginator(request -> request.limit(100)).aliases()) {
                if (offered(alias, ownKey)
                        && encrypting.computeIfAbsent(alias.targetKeyId(), key -> encrypts(kms, key))) {
                    keys.add(new KmsKey(alias.aliasName(), alias.targetKeyId()));
                }
            }
        } catch (SdkException e) {
            throw Rejection.badRequest(
                    "Unable to list the KMS keys: " + errors.classify(e).text());
        }
        return keys;
    }

    private static boolean offered(AliasListEntry alias, String ownKey) {
        return alias.targetKeyId() != null
                && (!alias.aliasName().startsWith("alias/aws/")
                        || alias.aliasName().equals(ownKey));
    }

    private boolean encrypts(KmsClient kms, String keyId) {
        try {
            KeyMetadata key = kms.describeKey(request -> request.keyId(keyId)).keyMetadata();
            return key.keyUsage() == KeyUsageType.ENCRYPT_DECRYPT && key.keySpec() == KeySpec.SYMMETRIC_DEFAULT;
        } catch (SdkException e) {
            FailureClass why = errors.classify(e).failureClass();
            if (why == FailureClass.PERMISSION_MISSING || why == FailureClass.KEY_WRONG) {
                return false;
            }
            throw e;
        }
    }

    private Answer ask(Spelling asked, Instant now) {
        try {
            String id = clients.kms(asked.connectionId(), asked.region())
                    .describeKey(request -> request.keyId(asked.key()))
                    .keyMetadata()
                    .keyId();
            return new Answer(id, now.plus(KNOWN_FOR));
        } catch (SdkException e) {
            LOG.debug(
                    "kms:DescribeKey in {}: {}",
                    asked.region(),
                    errors.classify(e).code());
            return new Answer(null, now.plus(UNKNOWN_FOR));
        }
    }

    private static String spelling(String key) {
        return key == null || key.isEmpty() ? KmsKeys.DEFAULT : key;
    }

    private record Spelling(UUID connectionId, String region, String key) {}

    private record Answer(String keyId, Instant until) {}
}
