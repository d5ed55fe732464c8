package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** As much of AWS Secrets Manager as the planner's rules are about. */
final class SecretsManagerModel {
    final Map<String, Secret> secrets = new TreeMap<>();
    private int made;

    static final class Secret {
        String name;
        String arn;
        /** Content by version id, oldest first. */
        Map<String, String> versions = new LinkedHashMap<>();

        String current;
        String kmsKey;
        Map<String, String> tags = new TreeMap<>();
        String owningService;
        String type;
        String primaryRegion;
        boolean rotation;
        boolean binary;
        boolean deleted;

        String value() {
            return versions.get(current);
        }

        DestinationSecret seen() {
            return new DestinationSecret(
                    name,
                    arn,
                    current,
                    kmsKey,
                    tags,
                    owningService,
                    type,
                    primaryRegion,
                    rotation,
                    deleted ? Instant.EPOCH : null,
                    Instant.EPOCH);
        }

        /** Everything about it, to see whether it was touched. */
        String state() {
            return arn + current + versions + kmsKey + tags + deleted;
        }
    }

    /** Somebody else makes or changes a secret. */
    Secret foreign(String name, String value) {
        Secret secret = secrets.computeIfAbsent(name, this::fresh);
        secret.current = "foreign-" + ++made;
        secret.versions.put(secret.current, value);
        secret.binary = false;
        return secret;
    }

    private Secret fresh(String name) {
        Secret secret = new Secret();
        secret.name = name;
        secret.arn = "arn:" + name + "-" + ++made;
        return secret;
    }

    boolean create(String name, String value, String token, Map<String, String> tags, String kmsKey) {
        Secret existing = secrets.get(name);
        if (existing != null) {
            // The same token with the same content is ignored; otherwise ResourceExists or InvalidRequest.
            return !existing.deleted && value.equals(existing.versions.get(token));
        }
        Secret secret = fresh(name);
        secret.versions.put(token, value);
        secret.current = token;
        secret.tags.putAll(tags);
        secret.kmsKey = kmsKey;
        secrets.put(name, secret);
        return true;
    }

    boolean update(String name, String value, String token) {
        Secret secret = secrets.get(name);
        if (secret == null || secret.deleted) {
            return false;
        }
        if (secret.versions.containsKey(token)) {
            // AWS does nothing and leaves AWSCURRENT where it is: nobody may rely on it unless that is this very
            // version.
            assertThat(secret.current).as("current version of %s", name).isEqualTo(token);
            assertThat(secret.versions).containsEntry(token, value);
            return true;
        }
        secret.versions.put(token, value);
        secret.current = token;
        secret.binary = false;
        return true;
    }

    void retag(String name, Map<String, String> set, Set<String> remove) {
        Secret secret = secrets.get(name);
        assertThat(remove).doesNotContain(Tags.OWNER_TAG).noneMatch(Tags::isAws);
        secret.tags.keySet().removeAll(remove);
        secret.tags.putAll(set);
        assertThat(secret.tags.size()).isLessThanOrEqualTo(Tags.MAX_TAGS);
    }

    void delete(String name) {
        secrets.get(name).deleted = true;
    }

    Map<String, DestinationSecret> list() {
        Map<String, DestinationSecret> list = new TreeMap<>();
        secrets.forEach((name, secret) -> list.put(name, secret.seen()));
        return list;
    }

    Optional<DestinationSecret> describe(String name) {
        return Optional.ofNullable(secrets.get(name)).map(Secret::seen);
    }
}
