package ai.hanzo.kms.secretsync.aws;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Tags;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Changes the tags of a secret that exists; Camel's component has neither TagResource nor UntagResource. */
@Component
public class Tagging {
    private final AwsClients clients;

    Tagging(AwsClients clients) {
        this.clients = clients;
    }

    /**
     * Sets tags and removes tags, in at most one call each. Sets first, so that a secret never lacks a tag that some policy asks
     * for; only where old and new together would be too many, removes first. Doing it again changes nothing.
     */
    public void retag(UUID connectionId, String region, Change.Retag change) {
        SecretsManagerClient client = clients.secretsManager(connectionId, region);
        if (exceeds(change)) {
            untag(client, change);
            tag(client, change);
        } else {
            tag(client, change);
            untag(client, change);
        }
    }

    private static boolean exceeds(Change.Retag change) {
        Set<String> together = new HashSet<>(change.current().tags().keySet());
        together.removeIf(key -> key.startsWith("aws:"));
        together.addAll(change.set().keySet());
        return together.size() > Tags.MAX_TAGS;
    }

    private static void tag(SecretsManagerClient client, Change.Retag change) {
        if (!change.set().isEmpty()) {
            client.tagResource(
                    request -> request.secretId(change.current().arn()).tags(AwsRequests.tags(change.set())));
        }
    }

    private static void untag(SecretsManagerClient client, Change.Retag change) {
        if (!change.remove().isEmpty()) {
            client.untagResource(
                    request -> request.secretId(change.current().arn()).tagKeys(change.remove()));
        }
    }
}
