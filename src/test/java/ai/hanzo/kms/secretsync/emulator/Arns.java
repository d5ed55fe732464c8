package ai.hanzo.kms.secretsync.emulator;

import java.security.SecureRandom;

/** ARNs of secrets. */
final class Arns {
    private static final String CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Arns() {}

    /** A new ARN with six random characters, so that a secret created again under its name has another one. */
    static String secret(String account, String region, String name) {
        StringBuilder arn = new StringBuilder("arn:aws:secretsmanager:")
                .append(region)
                .append(':')
                .append(account)
                .append(":secret:")
                .append(name)
                .append('-');
        RANDOM.ints(6, 0, CHARACTERS.length()).forEach(i -> arn.append(CHARACTERS.charAt(i)));
        return arn.toString();
    }

    /** The ARN of a replica: the primary's with another region. */
    static String inRegion(String arn, String region) {
        String[] parts = arn.split(":", 5);
        return String.join(":", parts[0], parts[1], parts[2], region, parts[4]);
    }
}
