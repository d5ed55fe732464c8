package ai.hanzo.kms.secretsync.sync;

import java.util.List;

/**
 * Where a sync was before.
 *
 * @param accountId AWS account in which its destination is now
 * @param formers what it has put into other accounts and regions and may still be there
 */
public record Elsewhere(String accountId, List<Former> formers) {
    public Elsewhere {
        formers = List.copyOf(formers);
    }
}
