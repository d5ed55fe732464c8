package ai.hanzo.kms.secretsync.emulator;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The known access keys and roles, and the operations of STS. Answers are the inside of STS's XML documents. */
final class StsOperations {
    private static final Pattern ROLE_ARN = Pattern.compile("arn:aws:iam::(\\d{12}):role/(?:.*/)?([\\w+=,.@-]+)");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]*");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]*");
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /**
     * @param externalId what a caller must send; null when nothing is required
     * @param trustedAccount whose principals may assume it; null for any
     * @param maxSession the longest session it grants
     */
    record Role(String arn, String externalId, String trustedAccount, Duration maxSession) {}

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Principal> principals = new ConcurrentHashMap<>();
    private final Map<String, Role> roles = new ConcurrentHashMap<>();

    StsOperations(Clock clock) {
        this.clock = clock;
    }

    Principal principal(String accessKeyId) {
        return principals.get(accessKeyId);
    }

    void addUser(String accessKeyId, String secretAccessKey, String account, String userName) {
        String arn = "arn:aws:iam::" + account + ":user/" + userName;
        principals.put(
                accessKeyId,
                new Principal(account, arn, "AIDA" + capitals(16), accessKeyId, secretAccessKey, null, null));
    }

    void removeKey(String accessKeyId) {
        principals.remove(accessKeyId);
    }

    void addRole(Role role) {
        if (!ROLE_ARN.matcher(role.arn()).matches()) {
            throw new IllegalArgumentException("Not the ARN of a role: " + role.arn());
        }
        roles.put(role.arn(), role);
    }

    void removeRole(String arn) {
        roles.remove(arn);
    }

    void clear() {
        principals.clear();
        roles.clear();
    }

    /** STS's names for the errors that {@link SigV4Verifier} reports in those of the JSON services. */
    static AwsException renamed(AwsException e) {
        return switch (e.code()) {
            case "MissingAuthenticationTokenException" ->
                new AwsException(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
            case "UnrecognizedClientException" -> new AwsException(403, "InvalidClientTokenId", e.getMessage());
            case "InvalidSignatureException" -> new AwsException(403, "SignatureDoesNotMatch", e.getMessage());
            case "ExpiredTokenException" -> new AwsException(403, "ExpiredToken", e.getMessage());
            case "IncompleteSignatureException" -> new AwsException(400, "IncompleteSignature", e.getMessage());
            case "AccessDeniedException" -> new AwsException(403, "AccessDenied", e.getMessage());
            case "ThrottlingException" -> new AwsException(400, "Throttling", e.getMessage());
            default -> e;
        };
    }

    String handle(String operation, Map<String, String> form, Caller caller) {
        return switch (operation) {
            case "AssumeRole" -> assumeRole(form, caller.principal());
            case "GetCallerIdentity" -> getCallerIdentity(caller.principal());
            default -> throw new AwsException("InvalidAction", "Could not find operation " + operation);
        };
    }

    private static String getCallerIdentity(Principal principal) {
        return element("Arn", principal.arn())
                + element("UserId", principal.userId())
                + element("Account", principal.account());
    }

    private String assumeRole(Map<String, String> form, Principal caller) {
        String arn = required(form, "RoleArn");
        String sessionName = required(form, "RoleSessionName");
        checkText("roleArn", arn, 20, 2048, null);
        checkText("roleSessionName", sessionName, 2, 64, SESSION_NAME);
        String externalId = form.get("ExternalId");
        if (externalId != null) {
            checkText("externalId", externalId, 2, 1224, EXTERNAL_ID);
        }
        Duration duration = duration(form.get("DurationSeconds"));
        Role role = roles.get(arn);
        boolean trusted = role != null
                && (role.trustedAccount() == null || role.trustedAccount().equals(caller.account()))
                && (role.externalId() == null || role.externalId().equals(externalId));
        if (!trusted) {
            throw new AwsException(
                    403,
                    "AccessDenied",
                    "User: " + caller.arn() + " is not authorized to perform: sts:AssumeRole on resource: " + arn);
        }
        if (caller.isSession() && duration.compareTo(Duration.ofHours(1)) > 0) {
            throw invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role"
                    + " chaining");
        }
        if (duration.compareTo(role.maxSession()) > 0) {
            throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }
        return answer(session(arn, sessionName, duration));
    }

    private Principal session(String roleArn, String sessionName, Duration duration) {
        Matcher role = ROLE_ARN.matcher(roleArn);
        if (!role.matches()) {
            throw new IllegalStateException(roleArn);
        }
        String arn = "arn:aws:sts::" + role.group(1) + ":assumed-role/" + role.group(2) + "/" + sessionName;
        byte[] secret = new byte[30];
        byte[] token = new byte[150];
        random.nextBytes(secret);
        random.nextBytes(token);
        Instant expiration = clock.instant().plus(duration).truncatedTo(ChronoUnit.SECONDS);
        Principal session = new Principal(
                role.group(1),
                arn,
                "AROA" + capitals(16) + ":" + sessionName,
                "ASIA" + capitals(16),
                Base64.getEncoder().encodeToString(secret),
                Base64.getEncoder().encodeToString(token),
                expiration);
        principals.put(session.accessKeyId(), session);
        return session;
    }

    private static String answer(Principal session) {
        return "<Credentials>"
                + element("AccessKeyId", session.accessKeyId())
                + element("SecretAccessKey", session.secretAccessKey())
                + element("SessionToken", session.sessionToken())
                + element("Expiration", session.expiration().toString())
                + "</Credentials><AssumedRoleUser>"
                + element("AssumedRoleId", session.userId())
                + element("Arn", session.arn())
                + "</AssumedRoleUser>"
                + element("PackedPolicySize", "6");
    }

    private static Duration duration(String seconds) {
        if (seconds == null) {
            return Duration.ofHours(1);
        }
        int value;
        try {
            value = Integer.parseInt(seconds);
        } catch (NumberFormatException e) {
            throw invalid("DurationSeconds is not a number.");
        }
        if (value < 900 || value > 43_200) {
            String bound = value < 900 ? "greater than or equal to 900" : "less than or equal to 43200";
            throw invalid("1 validation error detected: Value '" + value + "' at 'durationSeconds' failed to satisfy"
                    + " constraint: Member must have value " + bound);
        }
        return Duration.ofSeconds(value);
    }

    private static String required(Map<String, String> form, String name) {
        String value = form.get(name);
        if (value == null) {
            String member = Character.toLowerCase(name.charAt(0)) + name.substring(1);
            throw invalid("1 validation error detected: Value null at '" + member
                    + "' failed to satisfy constraint: Member must not be null");
        }
        return value;
    }

    private static void checkText(String member, String value, int min, int max, Pattern pattern) {
        String constraint = null;
        if (value.length() < min) {
            constraint = "Member must have length greater than or equal to " + min;
        } else if (value.length() > max) {
            constraint = "Member must have length less than or equal to " + max;
        } else if (pattern != null && !pattern.matcher(value).matches()) {
            constraint = "Member must satisfy regular expression pattern: " + pattern;
        }
        if (constraint != null) {
            throw invalid("1 validation error detected: Value '" + value + "' at '" + member
                    + "' failed to satisfy constraint: " + constraint);
        }
    }

    private static AwsException invalid(String message) {
        return new AwsException("ValidationError", message);
    }

    private String capitals(int length) {
        StringBuilder text = new StringBuilder(length);
        random.ints(length, 0, CAPITALS.length()).forEach(i -> text.append(CAPITALS.charAt(i)));
        return text.toString();
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + escaped(text) + "</" + name + ">";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
