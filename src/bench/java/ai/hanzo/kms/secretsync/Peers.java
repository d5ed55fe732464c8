package ai.hanzo.kms.secretsync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;

/**
 * Re-implementations of which calls others make for the same work, one after the other as they do: for comparison in one run, not
 * for use. After their sources as of 2026.
 */
enum Peers {
    /** Lists the whole region, reads every value, describes every secret. */
    INFISICAL("Infisical's secret sync") {
        @Override
        void sync(SecretsManagerClient aws, String prefix, Map<String, String> wanted) {
            List<String> present = new ArrayList<>();
            aws.listSecretsPaginator().stream()
                    .flatMap(page -> page.secretList().stream())
                    .map(SecretListEntry::name)
                    .filter(name -> name.startsWith(prefix))
                    .forEach(present::add);
            Map<String, String> values = new HashMap<>();
            for (int from = 0; from < present.size(); from += 20) {
                List<String> batch = present.subList(from, Math.min(present.size(), from + 20));
                aws.batchGetSecretValue(request -> request.secretIdList(batch))
                        .secretValues()
                        .forEach(value -> values.put(value.name(), value.secretString()));
            }
            present.forEach(name -> aws.describeSecret(request -> request.secretId(name)));
            wanted.forEach((name, value) -> {
                if (!values.containsKey(name)) {
                    aws.createSecret(request -> request.name(name).secretString(value));
                } else if (!value.equals(values.get(name))) {
                    aws.updateSecret(request -> request.secretId(name).secretString(value));
                }
            });
            Set<String> gone = new HashSet<>(present);
            gone.removeAll(wanted.keySet());
            gone.forEach(name -> aws.deleteSecret(request -> request.secretId(name).forceDeleteWithoutRecovery(true)));
        }
    },
    /** Describes, reads and deletes the resource policy of every secret, each by itself. */
    EXTERNAL_SECRETS("External Secrets' PushSecret") {
        @Override
        void sync(SecretsManagerClient aws, String prefix, Map<String, String> wanted) {
            wanted.forEach((name, value) -> {
                try {
                    aws.describeSecret(request -> request.secretId(name));
                } catch (ResourceNotFoundException e) {
                    aws.createSecret(request -> request.name(name).secretString(value));
                    return;
                }
                String present = aws.getSecretValue(request -> request.secretId(name)).secretString();
                aws.deleteResourcePolicy(request -> request.secretId(name));
                if (!value.equals(present)) {
                    aws.putSecretValue(request -> request.secretId(name).secretString(value));
                }
            });
        }
    };

    final String title;

    Peers(String title) {
        this.title = title;
    }

    /** Brings secrets of these names to these values. */
    abstract void sync(SecretsManagerClient aws, String prefix, Map<String, String> wanted);
}
