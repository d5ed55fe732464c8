package ai.hanzo.kms.secretsync.files;

import java.util.List;
import java.util.stream.Collectors;

/** What the files say cannot be done, and nothing of it was. */
public final class FileMistakesException extends RuntimeException {
    private final List<Mistake> mistakes;

    public FileMistakesException(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("; ")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** All of them, in the order of the files. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
