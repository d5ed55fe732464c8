package ai.hanzo.kms.secretsync.sync;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Names a plan: where, what and, by a keyed hash, with which values. The same plan made once more has the same name, and one that
 * would do anything else has another.
 */
final class PlanDigest {
    /** Of no run: what a plan is called must not depend on which run it would be. */
    private static final long GENERATION = 0;

    private final MessageDigest digest;
    private final Planner.Input input;

    private PlanDigest(Planner.Input input) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
        this.input = input;
    }

    /**
     * @param changes in the order of names
     * @param leftBehind what of it is due goes as well
     * @return 64 hexadecimal digits
     */
    static String of(List<Change> changes, List<LeftBehind> leftBehind, Planner.Input input) {
        PlanDigest plan = new PlanDigest(input);
        Destination at = input.sync().destination();
        plan.add(
                at.connectionId().toString(),
                at.region(),
                input.sync().options().keyId());
        changes.forEach(plan::add);
        leftBehind.stream()
                .filter(LeftBehind::isOver)
                .forEach(left -> plan.add(
                        "leave", left.region(), left.name(), left.entry().arn()));
        return HexFormat.of().formatHex(plan.digest.digest());
    }

    private void add(Change change) {
        if (change instanceof Change.Keep || change instanceof Change.Skip) {
            return;
        }
        add(change.kind(), change.name());
        if (change instanceof Change.Create create) {
            add(create.secret());
        } else if (change instanceof Change.Update update) {
            add(update.secret());
            add(update.current(), update.adopted());
            add(Boolean.toString(update.changeKmsKey()), Boolean.toString(update.adopted()));
        } else if (change instanceof Change.Restore restore) {
            add(restore.secret());
            add(restore.current(), false);
            add(Boolean.toString(restore.changeKmsKey()), Boolean.toString(restore.writesValue()));
        } else if (change instanceof Change.Adopt adopt) {
            add(adopt.current(), true);
        } else if (change instanceof Change.Delete delete) {
            add(delete.current(), delete.foreign());
            add(Boolean.toString(delete.foreign()), delete.replacedBy());
        } else if (change instanceof Change.Retag retag) {
            add(retag.set());
            new TreeSet<>(retag.remove()).forEach(key -> add("-", key));
        } else if (change instanceof Change.Replicate replicate) {
            replicate.add().forEach(region -> add("+", region.region(), region.keyId()));
            replicate.remove().forEach(region -> add("-", region));
        } else if (change instanceof Change.ChangePolicy policy) {
            PolicyDocument wanted = input.sync().options().policy();
            add(Boolean.toString(policy.remove()), wanted == null ? null : wanted.digest());
        } else if (!(change instanceof Change.ChangeKmsKey)) {
            throw new IllegalStateException("No plan can be named that has a change of the kind " + change.kind());
        }
    }

    private void add(DesiredSecret secret) {
        add(input.tokens().token(secret.name(), secret.value(), GENERATION));
        add(secret.tags());
    }

    /** Of what was nobody's also what is in it: somebody may have put something else there since it was approved. */
    private void add(DestinationSecret current, boolean foreign) {
        add(current.arn(), foreign ? current.versionId() : null);
    }

    private void add(Map<String, String> tags) {
        new TreeMap<>(tags).forEach((key, value) -> add("+", key, value));
    }

    private void add(String... texts) {
        for (String text : texts) {
            byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
            // With their lengths, so that nothing can be shifted from one to the next.
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(text == null ? -1 : bytes.length)
                    .array());
            digest.update(bytes);
        }
    }
}
