package ai.hanzo.kms.secretsync.sync;

import java.util.List;
import java.util.Set;

/**
 * Where a sync was before, and where else it is.
 *
 * @param accountId AWS account in which its destination is now
 * @param formers what it has put into other accounts and regions and may still be there
 * @param regionsInUse AWS regions of the other destinations of the same sync: what it left there may be read as theirs
 */
public record Elsewhere(String accountId, List<Former> formers, Set<String> regionsInUse) {
    public Elsewhere {
        formers = List.copyOf(formers);
        regionsInUse = Set.copyOf(regionsInUse);
    }
}
