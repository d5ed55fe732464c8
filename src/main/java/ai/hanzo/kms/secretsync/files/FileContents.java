package ai.hanzo.kms.secretsync.files;

import java.util.List;

/**
 * What the files say.
 *
 * @param mistakes what could not be read as it should be; the entries are not to be used for more than finding other mistakes
 *     where there is one
 */
public record FileContents(List<Entry> connections, List<Entry> syncs, List<Mistake> mistakes) {
    public FileContents {
        connections = List.copyOf(connections);
        syncs = List.copyOf(syncs);
        mistakes = List.copyOf(mistakes);
    }
}
