package ai.hanzo.kms.secretsync.sync;

/**
 * A pattern for names: {@code *} stands for any characters, also none, {@code ?} for exactly one; everything else stands for
 * itself, upper and lower case being different.
 *
 * <p>Not a regular expression on purpose: whoever may configure a sync could otherwise keep the service busy with one pattern.
 * The effort here is at most the length of the pattern times that of the name.
 */
final class Glob {
    private Glob() {}

    /** Whether the whole name fits the pattern. */
    static boolean matches(String pattern, String name) {
        int at = 0;
        int in = 0;
        int star = -1;
        int taken = 0;
        while (in < name.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                taken = in;
            } else if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == name.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                // What the last star took was too short: only that one is ever tried again.
                at = star + 1;
                in = ++taken;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
