package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.PolicyDocument;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SeenPolicy;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ValidateResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.ValidationErrorsEntry;

/** The resource policies of secrets, which Camel's component knows nothing of. One that is public is never put. */
@Component
public class ResourcePolicies {
    private static final Logger LOG = LoggerFactory.getLogger(ResourcePolicies.class);

    private final AwsClients clients;
    private final AwsErrors errors;
    private final ExecutorService threads;

    ResourcePolicies(AwsClients clients, AwsErrors errors, ExecutorService changeThreads) {
        this.clients = clients;
        this.errors = errors;
        this.threads = changeThreads;
    }

    /** The policies of some secrets, one call each, side by side. What cannot be read is that secret's trouble, and no more. */
    public Map<String, SeenPolicy> read(SecretSync sync, Collection<String> names) {
        SecretsManagerClient client = client(sync);
        Map<String, SeenPolicy> seen = new ConcurrentHashMap<>();
        CompletableFuture.allOf(names.stream()
                        .map(name -> CompletableFuture.runAsync(() -> seen.put(name, policy(client, name)), threads))
                        .toArray(CompletableFuture[]::new))
                .join();
        return seen;
    }

    private SeenPolicy policy(SecretsManagerClient client, String name) {
        try {
            String text =
                    client.getResourcePolicy(request -> request.secretId(name)).resourcePolicy();
            return new SeenPolicy(text == null ? null : PolicyDocument.of(text).digest(), null);
        } catch (SdkException e) {
            AwsFailure failure = errors.classify(e);
            return new SeenPolicy(null, failure.message() + ". " + failure.remedy());
        }
    }

    /** Puts the sync's policy, or removes it. Doing it again changes nothing. */
    public void change(SecretSync sync, Change.ChangePolicy change) {
        String secret = change.current().arn();
        if (change.remove()) {
            client(sync).deleteResourcePolicy(request -> request.secretId(secret));
        } else {
            put(sync, secret);
        }
    }

    /** Puts the sync's policy on a secret. */
    public void put(SecretSync sync, String secretId) {
        String text = sync.options().policy().text();
        client(sync)
                .putResourcePolicy(request ->
                        request.secretId(secretId).resourcePolicy(text).blockPublicPolicy(true));
    }

    /**
     * Asks AWS whether it would take a policy. Where AWS does not say, because the connection may not ask or does not work, the
     * runs tell.
     *
     * @throws Rejection 400 where AWS would not
     */
    public void requireValid(UUID connectionId, String region, SyncOptions options) {
        PolicyDocument policy = options.policy();
        if (policy == null) {
            return;
        }
        String problem = null;
        try {
            ValidateResourcePolicyResponse answer = clients.secretsManager(connectionId, region)
                    .validateResourcePolicy(request -> request.resourcePolicy(policy.text()));
            if (Boolean.FALSE.equals(answer.policyValidationPassed())) {
                problem = answer.validationErrors().stream()
                        .map(ValidationErrorsEntry::errorMessage)
                        .collect(Collectors.joining(" "));
            }
        } catch (SdkException e) {
            AwsFailure failure = errors.classify(e);
            if (failure.failureClass() == FailureClass.SECRET_WRONG) {
                problem = failure.message();
            } else {
                LOG.info("Whether AWS takes a resource policy is not known yet: {}", failure.text());
            }
        }
        if (problem != null) {
            throw Rejection.badRequest("AWS does not accept syncOptions.resourcePolicy: " + problem);
        }
    }

    private SecretsManagerClient client(SecretSync sync) {
        Destination at = sync.destination();
        return clients.secretsManager(at.connectionId(), at.region());
    }
}
