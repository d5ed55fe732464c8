package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.InvalidNextTokenException;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * Looks at the destination. Camel's component cannot: it loses names in batches and details of values.
 *
 * <p>Unless said otherwise, failures leave as exceptions of the SDK, for {@link AwsErrors}.
 */
@Component
public class DestinationReader {
    private static final String CURRENT = "AWSCURRENT";
    /** Most that ListSecrets gives per call (API reference, MaxResults). */
    private static final int PAGE = 100;
    /** Most that BatchGetSecretValue takes per call (API reference, SecretIdList). */
    private static final int BATCH = 20;

    private final AwsClients clients;
    private final AwsErrors errors;

    DestinationReader(AwsClients clients, AwsErrors errors) {
        this.clients = clients;
        this.errors = errors;
    }

    /**
     * All secrets whose name begins with a prefix, in the order of names, those scheduled for deletion included; one call per 100.
     * AWS may be up to five minutes behind: what is missing here may exist all the same, and what is here may be gone.
     *
     * @param prefix {@link ai.hanzo.kms.secretsync.sync.KeySchema#prefix()}; empty for the whole region
     */
    public List<DestinationSecret> list(UUID connectionId, String region, String prefix) {
        SecretsManagerClient client = clients.secretsManager(connectionId, region);
        try {
            return scan(client, prefix);
        } catch (InvalidNextTokenException e) {
            // The token aged or AWS lost it: once from the beginning, and a second time is an error.
            return scan(client, prefix);
        }
    }

    private static List<DestinationSecret> scan(SecretsManagerClient client, String prefix) {
        ListSecretsRequest.Builder request =
                ListSecretsRequest.builder().maxResults(PAGE).includePlannedDeletion(true);
        if (!prefix.isEmpty()) {
            request.filters(Filter.builder()
                    .key(FilterNameStringType.NAME)
                    .values(prefix)
                    .build());
        }
        Map<String, DestinationSecret> byName = new TreeMap<>();
        // Most secrets of a sync have the same tags: these are kept once.
        Map<Map<String, String>, Map<String, String>> tags = new HashMap<>();
        String next = null;
        do {
            ListSecretsResponse page =
                    client.listSecrets(request.nextToken(next).build());
            for (SecretListEntry entry : page.secretList()) {
                // Again on our side: what is taken for ours must not depend on how an endpoint reads a filter.
                if (entry.name() != null && entry.name().startsWith(prefix)) {
                    byName.merge(
                            entry.name(),
                            secret(entry, tags.computeIfAbsent(tags(entry.tags()), same -> same)),
                            DestinationReader::alive);
                }
            }
            next = page.nextToken();
        } while (next != null && !next.isEmpty());
        return List.copyOf(byName.values());
    }

    /** A list that lags can show a deleted secret beside the new one of the same name. */
    private static DestinationSecret alive(DestinationSecret one, DestinationSecret other) {
        if ((one.deletedDate() == null) != (other.deletedDate() == null)) {
            return one.deletedDate() == null ? one : other;
        }
        return changed(other).isAfter(changed(one)) ? other : one;
    }

    private static Instant changed(DestinationSecret secret) {
        return secret.lastChangedDate() == null ? Instant.MIN : secret.lastChangedDate();
    }

    /**
     * One secret as it is now, also if it is scheduled for deletion.
     *
     * @return empty if there is none of exactly this name
     */
    public Optional<DestinationSecret> describe(UUID connectionId, String region, String name) {
        DescribeSecretResponse response;
        try {
            response = clients.secretsManager(connectionId, region).describeSecret(request -> request.secretId(name));
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        }
        // A name that ends in a hyphen and six characters can be read as part of another secret's ARN.
        return name.equals(response.name()) ? Optional.of(secret(response)) : Optional.empty();
    }

    /**
     * Reads values, 20 per call, and gives each away as soon as it is there: none is kept.
     *
     * @param reader takes one answer for each name
     */
    public void read(
            UUID connectionId, String region, Collection<String> names, BiConsumer<String, CurrentValue> reader) {
        SecretsManagerClient client = clients.secretsManager(connectionId, region);
        List<String> all = List.copyOf(new LinkedHashSet<>(names));
        AwsFailure denied = null;
        for (int from = 0; from < all.size(); from += BATCH) {
            LinkedHashSet<String> open = new LinkedHashSet<>(all.subList(from, Math.min(all.size(), from + BATCH)));
            if (denied == null) {
                denied = batch(client, open, reader);
            }
            for (String name : open) {
                reader.accept(name, denied == null ? new CurrentValue.Absent() : new CurrentValue.Unreadable(denied));
            }
        }
    }

    /**
     * Reads one batch and takes out of {@code open} what was answered for.
     *
     * @return the failure if the call as such is not permitted, otherwise null
     */
    private AwsFailure batch(
            SecretsManagerClient client, LinkedHashSet<String> open, BiConsumer<String, CurrentValue> reader) {
        List<String> ids = new ArrayList<>(open);
        String next = null;
        do {
            String token = next;
            BatchGetSecretValueResponse response;
            try {
                response = client.batchGetSecretValue(
                        request -> request.secretIdList(ids).nextToken(token));
            } catch (AwsServiceException e) {
                AwsFailure failure = errors.classify(e);
                boolean permission = failure.failureClass() == FailureClass.KEY_WRONG
                        || failure.code().startsWith("AccessDenied");
                if (permission) {
                    return failure;
                }
                throw e;
            }
            for (SecretValueEntry entry : response.secretValues()) {
                if (open.remove(entry.name())) {
                    reader.accept(entry.name(), value(entry));
                }
            }
            for (APIErrorType error : response.errors()) {
                if (open.remove(error.secretId())) {
                    reader.accept(error.secretId(), value(error));
                }
            }
            next = response.nextToken();
        } while (next != null && !next.isEmpty());
        return null;
    }

    private static CurrentValue value(SecretValueEntry entry) {
        if (entry.secretString() != null) {
            return new CurrentValue.Text(SecretText.of(entry.secretString()), entry.versionId());
        }
        return entry.secretBinary() != null ? new CurrentValue.Binary(entry.versionId()) : new CurrentValue.NoValue();
    }

    private CurrentValue value(APIErrorType error) {
        String message = error.message() == null ? "" : error.message();
        if ("ResourceNotFoundException".equals(error.errorCode())) {
            // "... can't find the specified secret value for staging label: AWSCURRENT": the secret is there, its value
            // is not.
            return message.contains("staging label") || message.contains("VersionId")
                    ? new CurrentValue.NoValue()
                    : new CurrentValue.Absent();
        }
        return new CurrentValue.Unreadable(errors.classify(error.errorCode(), message, 400));
    }

    private static DestinationSecret secret(SecretListEntry entry, Map<String, String> tags) {
        return new DestinationSecret(
                entry.name(),
                entry.arn(),
                current(entry.secretVersionsToStages()),
                entry.kmsKeyId(),
                tags,
                entry.owningService(),
                entry.type(),
                entry.primaryRegion(),
                Boolean.TRUE.equals(entry.rotationEnabled()),
                entry.deletedDate(),
                entry.lastChangedDate());
    }

    private static DestinationSecret secret(DescribeSecretResponse response) {
        return new DestinationSecret(
                response.name(),
                response.arn(),
                current(response.versionIdsToStages()),
                response.kmsKeyId(),
                tags(response.tags()),
                response.owningService(),
                response.type(),
                response.primaryRegion(),
                Boolean.TRUE.equals(response.rotationEnabled()),
                response.deletedDate(),
                response.lastChangedDate(),
                Replication.replicas(response.replicationStatus()),
                null);
    }

    private static String current(Map<String, List<String>> stagesByVersion) {
        for (Map.Entry<String, List<String>> version : stagesByVersion.entrySet()) {
            if (version.getValue().contains(CURRENT)) {
                return version.getKey();
            }
        }
        return null;
    }

    private static Map<String, String> tags(List<Tag> tags) {
        Map<String, String> map = new HashMap<>();
        for (Tag tag : tags) {
            map.put(tag.key(), tag.value() == null ? "" : tag.value());
        }
        return Map.copyOf(map);
    }
}
