package ai.hanzo.kms.secretsync.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The difference between source and destination.
 *
 * @param changes in the order of names; at most one of a kind per secret, {@link Change.Keep} included. The changes of one
 *     secret are to be carried out one after the other, in this order: see {@link #byName()}
 * @param blocked why it must not be carried out, or null
 * @param warnings about the sync as a whole
 * @param gone names whose secrets are certainly not there any more and not wanted: the journal can forget them
 * @param changedKeys with many-to-one: KMS secrets that a write would change, as far as they are known, by name in AWS
 * @param toApprove names exactly this plan where it is to be approved before it is carried out; null where it need not be
 * @param leftBehind what the sync wrote and its settings do not lead to any more; what of it is due is deleted after the changes
 */
public record Plan(
        List<Change> changes,
        String blocked,
        List<String> warnings,
        SortedSet<String> gone,
        SortedMap<String, SortedSet<String>> changedKeys,
        String toApprove,
        List<LeftBehind> leftBehind) {

    public Plan {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
        gone = Collections.unmodifiableSortedSet(new TreeSet<>(gone));
        changedKeys = Collections.unmodifiableSortedMap(new TreeMap<>(changedKeys));
        leftBehind = List.copyOf(leftBehind);
    }

    public Plan(List<Change> changes, String blocked) {
        this(changes, blocked, List.of(), new TreeSet<>(), new TreeMap<>(), null, List.of());
    }

    /** Whether somebody may have to approve of a change: it deletes, or it takes over what was nobody's. */
    public static boolean needsApproval(Change change) {
        return change instanceof Change.Delete
                || change instanceof Change.Adopt
                || change instanceof Change.Update update && update.adopted();
    }

    /** The changes of each secret, in their order. */
    public Map<String, List<Change>> byName() {
        Map<String, List<Change>> byName = new LinkedHashMap<>();
        changes.forEach(change -> byName.computeIfAbsent(change.name(), name -> new ArrayList<>(1))
                .add(change));
        return Collections.unmodifiableMap(byName);
    }

    public List<String> create() {
        return names(Change.Create.class::isInstance);
    }

    /** Values and KMS keys that are written; a foreign secret that is overwritten is also in {@link #adopt()}. */
    public List<String> update() {
        return names(change -> change instanceof Change.Update || change instanceof Change.ChangeKmsKey);
    }

    public List<String> retag() {
        return names(Change.Retag.class::isInstance);
    }

    public List<String> replicate() {
        return names(Change.Replicate.class::isInstance);
    }

    public List<String> changePolicy() {
        return names(Change.ChangePolicy.class::isInstance);
    }

    public List<String> restore() {
        return names(Change.Restore.class::isInstance);
    }

    public List<String> delete() {
        return names(Change.Delete.class::isInstance);
    }

    /** Secrets that were nobody's and become this sync's, overwritten or not. */
    public List<String> adopt() {
        return names(change -> change instanceof Change.Adopt || (change instanceof Change.Update u && u.adopted()));
    }

    public List<Change.Skip> skipped() {
        return changes.stream()
                .filter(Change.Skip.class::isInstance)
                .map(Change.Skip.class::cast)
                .toList();
    }

    /** How many secrets are as they should be and stay so. */
    public int unchanged() {
        int unchanged = 0;
        String previous = null;
        boolean kept = false;
        boolean changed = false;
        for (Change change : changes) {
            if (!change.name().equals(previous)) {
                unchanged += kept && !changed ? 1 : 0;
                previous = change.name();
                kept = false;
                changed = false;
            }
            kept |= change instanceof Change.Keep;
            changed |= !(change instanceof Change.Keep || change instanceof Change.Skip);
        }
        return unchanged + (kept && !changed ? 1 : 0);
    }

    /** Whether carrying it out would call AWS at all. */
    public boolean isEmpty() {
        return changes.stream().allMatch(change -> change instanceof Change.Keep || change instanceof Change.Skip)
                && leftBehind.stream().noneMatch(left -> left.fate() == LeftBehind.Fate.DUE);
    }

    /**
     * Names exactly the deletions of this plan, so that an approval holds for them and for no other: 64 hexadecimal digits,
     * the same for the same secrets (by ARN, so that one that was made anew is another).
     */
    public String deletionDigest() {
        return deletionDigest(changes, leftBehind);
    }

    static String deletionDigest(List<Change> changes, List<LeftBehind> leftBehind) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Change change : changes) {
                if (change instanceof Change.Delete delete) {
                    // No AWS name or ARN has a line feed, so that nothing can be shifted from one to the next.
                    String line = delete.name() + "\n" + delete.current().arn() + "\n" + delete.foreign() + "\n";
                    digest.update(line.getBytes(StandardCharsets.UTF_8));
                }
            }
            for (LeftBehind left : leftBehind) {
                if (left.isOver()) {
                    String line = left.region() + "\n" + left.name() + "\n"
                            + left.entry().arn() + "\n";
                    digest.update(line.getBytes(StandardCharsets.UTF_8));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }

    private List<String> names(Predicate<Change> which) {
        return changes.stream().filter(which).map(Change::name).distinct().toList();
    }
}
