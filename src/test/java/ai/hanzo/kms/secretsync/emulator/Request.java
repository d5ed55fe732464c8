package ai.hanzo.kms.secretsync.emulator;

import ai.hanzo.kms.secretsync.emulator.SecretStore.SecretId;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The members of a Secrets Manager request, checked against the limits of its service model. Getters return null for
 * absent members and throw {@link AwsException} for those AWS would refuse.
 */
record Request(JsonNode json) {
    static final int MAX_VALUE_BYTES = 65_536;
    static final int MAX_TAGS = 50;

    /** Other AWS services also use {@code !}: {@code rds!db-...}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]+");

    private static final Pattern NEW_NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]+");
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:(.+)");
    private static final Pattern TAG_TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");
    private static final Pattern REGION = Pattern.compile("([a-z]+-)+\\d+");

    /** @throws AwsException SerializationException when the member is no string */
    String text(String member) {
        JsonNode node = json.get(member);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrongType(member);
        }
        return node.textValue();
    }

    String text(String member, int min, int max) {
        String text = text(member);
        if (text != null) {
            checkLength(member, text.length(), min, max);
        }
        return text;
    }

    private static void checkLength(String member, int length, int min, int max) {
        if (length < min) {
            throw constraint(member, "Member must have length greater than or equal to " + min);
        }
        if (length > max) {
            throw constraint(member, "Member must have length less than or equal to " + max);
        }
    }

    boolean flag(String member) {
        JsonNode node = json.get(member);
        if (node == null || node.isNull()) {
            return false;
        }
        if (!node.isBoolean()) {
            throw wrongType(member);
        }
        return node.booleanValue();
    }

    boolean has(String member) {
        return json.hasNonNull(member);
    }

    Integer number(String member, int min, int max) {
        JsonNode node = json.get(member);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isIntegralNumber()) {
            throw wrongType(member);
        }
        long value = node.longValue();
        if (value < min) {
            throw constraint(member, "Member must have value greater than or equal to " + min);
        }
        if (value > max) {
            throw constraint(member, "Member must have value less than or equal to " + max);
        }
        return (int) value;
    }

    /** The elements of a list; null when it is absent. */
    List<JsonNode> list(String member, int min, int max) {
        JsonNode node = json.get(member);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isArray()) {
            throw wrongType(member);
        }
        checkLength(member, node.size(), min, max);
        List<JsonNode> elements = new ArrayList<>(node.size());
        node.forEach(elements::add);
        return elements;
    }

    List<String> texts(String member, int min, int max) {
        List<JsonNode> nodes = list(member, min, max);
        return nodes == null ? null : nodes.stream().map(JsonNode::asText).toList();
    }

    /** The name of a secret that shall be created. */
    String newName() {
        String name = text("Name", 1, 512);
        if (name == null) {
            throw missing("Name");
        }
        checkName(name, NEW_NAME);
        return name;
    }

    SecretId secretId() {
        String id = text("SecretId", 1, 2048);
        if (id == null) {
            throw missing("SecretId");
        }
        return secretId(id);
    }

    static SecretId secretId(String id) {
        if (!id.startsWith("arn:")) {
            checkName(id, NAME);
            return new SecretId(id, null);
        }
        var matcher = ARN.matcher(id);
        if (!matcher.matches()) {
            throw AwsException.validation("Invalid ARN. Must be the ARN of a secret.");
        }
        checkName(matcher.group(1), NAME);
        return new SecretId(matcher.group(1), id);
    }

    private static void checkName(String name, Pattern pattern) {
        if (!pattern.matcher(name).matches()) {
            throw AwsException.validation("Invalid name. Must be a valid name containing alphanumeric characters, or"
                    + " any of the following: -/_+=.@!");
        }
    }

    /** The token that becomes the id of the version; AWS's SDKs always send one. */
    String clientRequestToken() {
        String token = text("ClientRequestToken");
        if (token == null) {
            throw AwsException.invalidRequest(
                    "You must provide a ClientRequestToken value. We recommend a UUID-type value.");
        }
        checkToken(token);
        return token;
    }

    static void checkToken(String token) {
        if (token.length() < 32 || token.length() > 64) {
            throw AwsException.invalidParameter("ClientRequestToken must be 32-64 characters long.");
        }
    }

    /** {@code SecretString} or {@code SecretBinary}; null when neither is there. */
    SecretValue value() {
        String string = text("SecretString");
        String binary = text("SecretBinary");
        if (string != null && binary != null) {
            throw AwsException.invalidParameter(
                    "You can't specify both a binary secret value and a string secret value in the same secret.");
        }
        if (string != null) {
            return checked("SecretString", new SecretValue.Text(string));
        }
        if (binary == null) {
            return null;
        }
        try {
            return checked(
                    "SecretBinary", new SecretValue.Binary(Base64.getDecoder().decode(binary)));
        } catch (IllegalArgumentException e) {
            throw wrongType("SecretBinary");
        }
    }

    private static SecretValue checked(String member, SecretValue value) {
        checkLength(member, value.size(), 1, MAX_VALUE_BYTES);
        return value;
    }

    String description() {
        return text("Description", 0, 2048);
    }

    /** @throws AwsException for keys and values AWS refuses and for a key that is there twice */
    SortedMap<String, String> tags() {
        SortedMap<String, String> tags = new TreeMap<>();
        List<JsonNode> nodes = list("Tags", 0, Integer.MAX_VALUE);
        if (nodes == null) {
            return tags;
        }
        for (JsonNode node : nodes) {
            Request tag = new Request(node);
            String key = tag.text("Key", 1, 128);
            String value = tag.text("Value", 0, 256);
            if (key == null) {
                throw missing("Tags.Key");
            }
            checkTagKey(key);
            if (!TAG_TEXT.matcher(key + (value == null ? "" : value)).matches()) {
                throw AwsException.invalidParameter("Tag keys and values can contain letters, numbers, spaces, and the"
                        + " following: _ . : / = + - @");
            }
            if (tags.put(key, value == null ? "" : value) != null) {
                throw AwsException.invalidParameter("Tag key " + key + " is specified more than once.");
            }
        }
        checkTagCount(tags.size());
        return tags;
    }

    static void checkTagKey(String key) {
        if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
            throw AwsException.invalidParameter("Tag keys that start with aws: are reserved for system use.");
        }
    }

    static void checkTagCount(int count) {
        if (count > MAX_TAGS) {
            throw AwsException.invalidParameter("A secret can have at most " + MAX_TAGS + " tags.");
        }
    }

    List<String> stages() {
        List<String> stages = texts("VersionStages", 1, 20);
        if (stages != null) {
            stages.forEach(stage -> checkLength("VersionStages.member", stage.length(), 1, 256));
        }
        return stages;
    }

    static void checkRegion(String region) {
        if (!REGION.matcher(region).matches()) {
            throw constraint("Region", "Member must satisfy regular expression pattern: ^" + REGION + "$");
        }
    }

    static AwsException missing(String member) {
        return constraint(member, "Member must not be null");
    }

    /** AWS's words for a violated constraint; the value itself is left out because it may be secret. */
    static AwsException constraint(String member, String constraint) {
        return AwsException.validation("1 validation error detected: Value at '"
                + Character.toLowerCase(member.charAt(0)) + member.substring(1) + "' failed to satisfy constraint: "
                + constraint);
    }

    private static AwsException wrongType(String member) {
        return new AwsException("SerializationException", "The member " + member + " has the wrong type.");
    }
}
