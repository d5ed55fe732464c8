package ai.hanzo.kms.secretsync.runs;

/**
 * What the last look before a change found against it.
 *
 * @param reason in words an operator understands
 * @param lookAgain whether it is to be planned anew from what is there
 */
public record Refusal(String reason, boolean lookAgain) {
    static final Refusal NOT_AS_JOURNALLED = new Refusal("It is not as the journal has it", true);
}
