package ai.hanzo.kms.secretsync.devkms;

/** Which of several KMS builds this one behaves like. */
final class Behaviour {
    static final String HIDDEN = "<hidden-by-kms>";

    volatile boolean v4Absent;
    volatile boolean missingFolderIsEmpty;
    volatile boolean missingReferenceIsEmpty;
    volatile boolean approvals;
}
