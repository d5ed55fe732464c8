package ai.hanzo.kms.secretsync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As much of a shell as the commands of a README need: quotes, variables, {@code $(...)}, pipes, assignments, {@code export}, comments
 * and lines that go on. Programs are the caller's.
 */
final class Shell {
    /** Runs a program. */
    interface Programs {
        /**
         * @param words the program and its arguments
         * @param environment what is exported, or set for this command alone
         * @param input what comes through the pipe, else null
         * @return its output
         */
        String run(List<String> words, Map<String, String> environment, String input) throws Exception;
    }

    private final Programs programs;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> exported = new LinkedHashMap<>();

    Shell(Programs programs) {
        this.programs = programs;
    }

    Map<String, String> exported() {
        return exported;
    }

    /** Runs a script to its end; the output of its last command. */
    String run(String script) throws Exception {
        // A placeholder is one word, whatever is in it.
        return new Reading(placeholdersAsWords(script)).all();
    }

    static String placeholdersAsWords(String script) {
        StringBuilder text = new StringBuilder();
        boolean inside = false;
        for (char c : script.toCharArray()) {
            inside = c == '<' || inside && c != '>';
            text.append(inside && c == ' ' ? '_' : c);
        }
        return text.toString();
    }

    /** One pass over a script. */
    private final class Reading {
        private final String text;
        private int at;

        Reading(String text) {
            this.text = text;
        }

        String all() throws Exception {
            String output = "";
            while (at < text.length()) {
                output = command(output);
            }
            return output;
        }

        /** One line, with all commands of its pipe. */
        private String command(String before) throws Exception {
            String piped = null;
            while (true) {
                List<String> words = words();
                boolean pipe = at < text.length() && text.charAt(at) == '|';
                at++;
                if (words.isEmpty()) {
                    return before;
                }
                piped = execute(words, piped);
                if (!pipe) {
                    return piped;
                }
            }
        }

        /** Up to the end of the line, or a pipe. */
        private List<String> words() throws Exception {
            List<String> words = new ArrayList<>();
            StringBuilder word = null;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '\n' || c == '|') {
                    break;
                }
                if (c == '#' && word == null) {
                    at = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
                    break;
                }
                if (c == ' ' || c == '\\' && text.startsWith("\\\n", at)) {
                    at += c == '\\' ? 1 : 0;
                    if (word != null) {
                        words.add(word.toString());
                        word = null;
                    }
                    continue;
                }
                word = word == null ? new StringBuilder() : word;
                if (c == '\'') {
                    int end = text.indexOf('\'', at + 1);
                    word.append(text, at + 1, end);
                    at = end;
                } else if (c == '"') {
                    for (at++; text.charAt(at) != '"'; at++) {
                        expand(word);
                    }
                } else {
                    expand(word);
                }
            }
            if (word != null) {
                words.add(word.toString());
            }
            return words;
        }

        private void expand(StringBuilder word) throws Exception {
            if (text.startsWith("$(", at)) {
                int begin = at + 2;
                int open = 1;
                boolean quoted = false;
                for (at = begin; open > 0; at++) {
                    char c = text.charAt(at);
                    quoted ^= c == '\'';
                    open += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
                }
                at--;
                word.append(new Reading(text.substring(begin, at)).all().strip());
            } else if (text.charAt(at) == '$' && Character.isLetter(text.charAt(at + 1))) {
                int end = at + 1;
                while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
                    end++;
                }
                String name = text.substring(at + 1, end);
                String value = variables.get(name);
                if (value == null) {
                    throw new AssertionError("No variable " + name + " in: " + text);
                }
                word.append(value);
                at = end - 1;
            } else {
                word.append(text.charAt(at));
            }
        }
    }

    private String execute(List<String> words, String input) throws Exception {
        boolean export = words.get(0).equals("export");
        List<String> rest = new ArrayList<>(export ? words.subList(1, words.size()) : words);
        Map<String, String> assigned = new LinkedHashMap<>();
        while (!rest.isEmpty() && rest.get(0).matches("(?s)[A-Z_]+=.*")) {
            String[] assignment = rest.remove(0).split("=", 2);
            assigned.put(assignment[0], assignment[1]);
        }
        if (rest.isEmpty()) {
            variables.putAll(assigned);
            if (export) {
                exported.putAll(assigned);
            }
            return "";
        }
        Map<String, String> environment = new LinkedHashMap<>(exported);
        environment.putAll(assigned);
        return programs.run(rest, environment, input);
    }
}
