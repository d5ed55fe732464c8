package ai.hanzo.kms.secretsync;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One step of a history. What it does exactly follows from its number and the state it meets, so that a history stays one when
 * steps are left out.
 */
record ModelStep(int number, Kind kind, long choice) {
    enum Kind {
        SOURCE_EDIT(9),
        SOURCE_REMOVE(4),
        SOURCE_RENAME(2),
        SOURCE_EMPTY_VALUE(2),
        SOURCE_TOO_LARGE(1),
        SOURCE_LARGE(8),
        SOURCE_METADATA(3),
        SOURCE_MANY(1),
        FOLDER_VANISHES(1),
        FOLDER_RETURNS(2),
        VALUES_HIDDEN(1),
        VALUES_SHOWN(2),
        SOURCE_READ_FAILS(3),
        SOURCE_WRITE_REFUSED(1),
        APPROVALS_REQUIRED(1),
        OPTIONS(7),
        DESTINATION(2),
        MOVES(2),
        SYNC_REPLACED(1),
        FOREIGN_VALUE(5),
        FOREIGN_BINARY(1),
        FOREIGN_DELETE(3),
        FOREIGN_FORCED_DELETE(2),
        FOREIGN_RESTORE(2),
        FOREIGN_TAG(4),
        FOREIGN_UNTAG(2),
        FOREIGN_KEY(1),
        FOREIGN_DESCRIPTION(1),
        FOREIGN_OWNER(2),
        FOREIGN_REPLICA(2),
        FOREIGN_POLICY(1),
        AWS_FAULT(6),
        AWS_DIES(2),
        AWS_SLOW(1),
        AWS_DENIES(2),
        KEY_DISABLED(1),
        VERSION_QUOTA(1),
        STALE_LIST(4),
        TIME_PASSES(5),
        CALM(6),
        RUN(34),
        RUN_APPROVED(5),
        DRY_RUN(4),
        IMPORT(3),
        REMOVE(2);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private static final List<Kind> WEIGHTED = weighted();

    private static List<Kind> weighted() {
        List<Kind> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < kind.weight; i++) {
                all.add(kind);
            }
        }
        return List.copyOf(all);
    }

    static List<ModelStep> history(long seed, int length) {
        Random random = new Random(seed);
        List<ModelStep> steps = new ArrayList<>();
        for (int number = 0; number < length; number++) {
            steps.add(new ModelStep(number, WEIGHTED.get(random.nextInt(WEIGHTED.size())), random.nextLong()));
        }
        return steps;
    }
}
