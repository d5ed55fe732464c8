package ai.hanzo.kms.secretsync.devkms;

import java.util.Arrays;
import java.util.List;

/** Folder paths: absolute, {@code /}-separated, without a trailing slash except for the root itself. */
final class SecretPath {
    static final String ROOT = "/";

    private SecretPath() {}

    /** The one spelling of a path: leading slash, no trailing or doubled ones; null and empty are the root. */
    static String normal(String path) {
        return path == null ? ROOT : ROOT + String.join(ROOT, names(path));
    }

    /** The folder names from the root down. */
    static List<String> names(String path) {
        return Arrays.stream(path.split(ROOT)).filter(name -> !name.isEmpty()).toList();
    }

    static String child(String parent, String name) {
        return parent.equals(ROOT) ? parent + name : parent + ROOT + name;
    }

    /** Whether {@code path} is {@code ancestor} or lies below it. */
    static boolean covers(String ancestor, String path) {
        return ancestor.equals(ROOT) || path.equals(ancestor) || path.startsWith(ancestor + ROOT);
    }
}
