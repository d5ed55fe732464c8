package ai.hanzo.kms.secretsync.devkms;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References within values: {@code ${KEY}} in the same folder, {@code ${env.KEY}} in the root of an environment,
 * {@code ${env.folder.KEY}} anywhere. References into other projects ({@code ${@project.env.KEY}}) stay as they are.
 */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([a-zA-Z0-9-_.]+)}");
    private static final int DEEPEST = 10;

    private final ProjectSpace space;
    private final Predicate<Folder> readable;
    private final boolean missingIsEmpty;

    /**
     * @param readable whether the values of a folder may be read
     * @param missingIsEmpty whether a reference to nothing becomes empty, as in older builds, or stays
     */
    References(ProjectSpace space, Predicate<Folder> readable, boolean missingIsEmpty) {
        this.space = space;
        this.readable = readable;
        this.missingIsEmpty = missingIsEmpty;
    }

    private record Target(Address folder, String key) {
        static Target of(String reference, Address home) {
            List<String> parts = List.of(reference.split("\\.", -1));
            int last = parts.size() - 1;
            return last == 0
                    ? new Target(home, reference)
                    : new Target(new Address(parts.get(0), String.join("/", parts.subList(1, last))), parts.get(last));
        }
    }

    /** The folders a value refers to. */
    static Set<Address> targets(String value, Address home) {
        Set<Address> folders = new HashSet<>();
        forEach(value, home, target -> folders.add(target.folder()));
        return folders;
    }

    /** The folders a value refers to secrets in that exist but may not be read. */
    List<Folder> unreadable(String value, Address home) {
        List<Folder> folders = new ArrayList<>();
        forEach(
                value,
                home,
                target -> space.folder(target.folder())
                        .filter(folder -> folder.secret(target.key(), null).isPresent())
                        .filter(readable.negate())
                        .ifPresent(folders::add));
        return folders;
    }

    private static void forEach(String value, Address home, Consumer<Target> action) {
        if (value.contains("${")) {
            REFERENCE.matcher(value).results().forEach(found -> action.accept(Target.of(found.group(1), home)));
        }
    }

    /**
     * The value with its references replaced, at most ten deep and never in a circle.
     *
     * @param failures receives a reason for each reference the caller may not read; such a reference stays
     */
    String expand(Content content, Address home, String key, Consumer<String> failures) {
        Set<Target> open = new LinkedHashSet<>();
        open.add(new Target(home, key));
        String expanded = expand(content.value(), home, open, failures);
        boolean replaced = !expanded.equals(content.value());
        if (replaced && Boolean.TRUE.equals(content.skipMultilineEncoding()) && expanded.contains("\n")) {
            return '"' + expanded.replace("\n", "\\n") + '"';
        }
        return expanded;
    }

    private String expand(String value, Address home, Set<Target> open, Consumer<String> failures) {
        if (!value.contains("${")) {
            return value;
        }
        return REFERENCE
                .matcher(value)
                .replaceAll(found -> Matcher.quoteReplacement(
                        resolve(Target.of(found.group(1), home), open, failures).orElse(found.group())));
    }

    private Optional<String> resolve(Target target, Set<Target> open, Consumer<String> failures) {
        Optional<Folder> folder = space.folder(target.folder());
        Optional<Secret> secret = folder.flatMap(holder -> holder.secret(target.key(), null));
        if (secret.isEmpty()) {
            return missingIsEmpty ? Optional.of("") : Optional.empty();
        }
        if (!readable.test(folder.get())) {
            failures.accept("You do not have permission to read secret '" + target.key() + "' in environment '"
                    + target.folder().environment() + "' at path '"
                    + target.folder().path() + "'");
            return Optional.empty();
        }
        if (open.size() > DEEPEST || !open.add(target)) {
            return Optional.empty();
        }
        String expanded = expand(secret.get().content().value(), target.folder(), open, failures);
        open.remove(target);
        return Optional.of(expanded);
    }
}
