package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.runs.FailureExplainer.Explanation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The message that a run leaves on its sync. */
final class Messages {
    /** What the contract allows, in characters. */
    static final int LONGEST = 1024;

    private static final int NAMED = 5;

    private Messages() {}

    /**
     * Names the first failures. Null where nothing failed, as the contract has it; only an import, which nobody sees the effect
     * of at the destination, also says what it left out.
     */
    static String of(RunAction action, List<Outcome> outcomes) {
        List<Outcome> failed = outcomes.stream().filter(Outcome::failed).toList();
        List<Outcome> told = failed;
        if (action == RunAction.IMPORT) {
            told = Stream.concat(
                            failed.stream(),
                            outcomes.stream().filter(outcome -> outcome.result() == Outcome.Result.SKIPPED))
                    .toList();
        }
        if (told.isEmpty()) {
            return null;
        }
        StringBuilder message = new StringBuilder(summary(action, outcomes, told));
        for (Outcome outcome : told.subList(0, Math.min(NAMED, told.size()))) {
            message.append(" \"")
                    .append(outcome.name())
                    .append("\": ")
                    .append(sentences(outcome.message(), outcome.remedy()));
        }
        if (told.size() > NAMED) {
            message.append(" And ").append(told.size() - NAMED).append(" more.");
        }
        return capped(message.toString());
    }

    private static String summary(RunAction action, List<Outcome> outcomes, List<Outcome> told) {
        Set<String> here = names(told);
        Set<String> others = names(outcomes);
        int all = others.size();
        others.removeAll(here);
        Set<String> left = names(outcomes.stream()
                .filter(outcome -> outcome.result() == Outcome.Result.SKIPPED)
                .toList());
        left.retainAll(others);
        boolean one = others.size() == 1;
        String state = (one ? "the other " : "the others ")
                + switch (action) {
                    case SYNC -> one ? "is as it should be" : "are as they should be";
                    case IMPORT -> (one ? "is" : "are") + " in the KMS";
                    case REMOVE -> removed(one, left.size(), others.size());
                };
        return here.size() + " of " + all + (all == 1 ? " secret " : " secrets ")
                + switch (action) {
                    case SYNC -> "could not be synced";
                    case IMPORT -> (here.size() == 1 ? "was" : "were") + " not imported";
                    case REMOVE -> "could not be removed";
                }
                + (others.isEmpty() ? "." : "; " + state + ".");
    }

    private static String removed(boolean one, int left, int others) {
        if (left == others) {
            return one ? "stays on purpose" : "stay on purpose";
        }
        String removed = one ? "has been removed" : "have been removed";
        return left == 0 ? removed : removed + " or stay on purpose";
    }

    private static Set<String> names(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::name).collect(Collectors.toCollection(HashSet::new));
    }

    /** With what will be a failure before long. */
    static String with(List<String> warnings, String message) {
        List<String> parts = new ArrayList<>(message == null ? List.of() : List.of(message));
        warnings.forEach(warning -> parts.add("Warning: " + sentence(warning)));
        return parts.isEmpty() ? null : capped(String.join(" ", parts));
    }

    /** With what is told of the next attempt, however long the rest is. */
    static String with(String message, Retry retry) {
        if (message == null || retry.told() == null) {
            return capped(message);
        }
        String told = " " + retry.told();
        return message.length() + told.length() <= LONGEST
                ? message + told
                : message.substring(0, LONGEST - 3 - told.length()) + "..." + told;
    }

    /** What happened, and what to do about it. */
    static String of(Explanation why) {
        return capped(why.remedy() == null ? why.message() : sentences(why.message(), why.remedy()));
    }

    /** The same of one secret. */
    static String of(Outcome outcome) {
        return capped(sentences(outcome.message(), outcome.remedy()));
    }

    /** Why a run was put off. */
    static String of(ConnectionTroubles.Trouble trouble) {
        return capped("The AWS connection is paused since " + trouble.since()
                + ", because it does not work. It is tried again about " + trouble.nextTryAt()
                + ", and at once when it is saved or a sync of it is run. " + trouble.message());
    }

    private static String sentences(String message, String remedy) {
        return remedy == null ? sentence(message) : sentence(message) + " " + sentence(remedy);
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    /** As it can be kept: PostgreSQL takes no NUL, and what a team's route says may be anything. */
    static String capped(String message) {
        if (message == null) {
            return null;
        }
        String line = message.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3) + "...";
    }
}
