package ai.hanzo.kms.secretsync.runs;

import java.util.List;

/** The message that a run leaves on its sync. */
final class Messages {
    /** What the contract allows, in characters. */
    static final int LONGEST = 1024;

    private static final int NAMED = 5;

    private Messages() {}

    /** Names the first failures. Null where nothing failed, as the contract has it. */
    static String of(List<Outcome> outcomes) {
        List<Outcome> failed = outcomes.stream().filter(Outcome::failed).toList();
        if (failed.isEmpty()) {
            return null;
        }
        StringBuilder message = new StringBuilder()
                .append(failed.size())
                .append(" of ")
                .append(outcomes.stream().map(Outcome::name).distinct().count())
                .append(" secrets could not be synced; the others are as they should be.");
        for (Outcome outcome : failed.subList(0, Math.min(NAMED, failed.size()))) {
            message.append(" \"").append(outcome.name()).append("\": ").append(sentences(outcome));
        }
        if (failed.size() > NAMED) {
            message.append(" And ").append(failed.size() - NAMED).append(" more.");
        }
        return capped(message.toString());
    }

    private static String sentences(Outcome outcome) {
        return outcome.remedy() == null
                ? sentence(outcome.message())
                : sentence(outcome.message()) + " " + sentence(outcome.remedy());
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    static String capped(String message) {
        return message == null || message.length() <= LONGEST ? message : message.substring(0, LONGEST - 3) + "...";
    }
}
