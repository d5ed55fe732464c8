package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * The table of KMS keys, the two operations that read it, and the two that encrypt and decrypt with a key. Each account and
 * region has the AWS managed key {@code alias/aws/secretsmanager} from the start.
 */
final class KmsOperations {
    static final String DEFAULT_ALIAS = "alias/aws/secretsmanager";

    /** @param id a UUID; stable for the default key of an account and region */
    record Key(String account, String region, String id, boolean awsManaged, boolean enabled) {
        String arn() {
            return "arn:aws:kms:" + region + ":" + account + ":key/" + id;
        }
    }

    private static final Instant CREATED = Instant.parse("2024-01-01T00:00:00Z");

    private final Authorization authorization;
    private final KmsCiphertexts ciphertexts = new KmsCiphertexts();
    private final Map<String, Key> keys = new ConcurrentHashMap<>();
    private final Map<SecretStore.Place, SortedMap<String, String>> aliases = new ConcurrentHashMap<>();

    KmsOperations(Authorization authorization) {
        this.authorization = authorization;
    }

    Key add(String account, String region, String id, List<String> names) {
        Key key = new Key(account, region, id, false, true);
        keys.put(key.arn(), key);
        names.forEach(name -> aliases(account, region).put(name, id));
        return key;
    }

    void enable(String account, String region, String id, boolean enabled) {
        Key key = resolve(account, region, id).orElseThrow();
        keys.put(key.arn(), new Key(key.account(), key.region(), key.id(), key.awsManaged(), enabled));
    }

    void clear() {
        keys.clear();
        aliases.clear();
    }

    private SortedMap<String, String> aliases(String account, String region) {
        return aliases.computeIfAbsent(new SecretStore.Place(account, region), place -> {
            String id = UUID.nameUUIDFromBytes((account + region).getBytes(StandardCharsets.UTF_8))
                    .toString();
            Key managed = new Key(account, region, id, true, true);
            keys.put(managed.arn(), managed);
            return new ConcurrentSkipListMap<>(new TreeMap<>(Map.of(DEFAULT_ALIAS, id)));
        });
    }

    /**
     * @param keyId a key id, key ARN, alias name or alias ARN, as seen from {@code account} and {@code region}
     */
    Optional<Key> resolve(String account, String region, String keyId) {
        aliases(account, region);
        String id = keyId;
        String place = "arn:aws:kms:" + region + ":" + account + ":";
        if (id.startsWith("arn:aws:kms:") && id.contains(":alias/")) {
            String[] parts = id.split(":", 6);
            String target = aliases(parts[4], parts[3]).get(parts[5]);
            id = target == null ? id : "arn:aws:kms:" + parts[3] + ":" + parts[4] + ":key/" + target;
        } else if (id.startsWith("alias/")) {
            String target = aliases(account, region).get(id);
            id = target == null ? id : place + "key/" + target;
        } else if (!id.startsWith("arn:")) {
            id = place + "key/" + id;
        }
        return Optional.ofNullable(keys.get(id));
    }

    ObjectNode handle(String operation, JsonNode request, Caller caller) {
        return switch (operation) {
            case "DescribeKey" -> describeKey(request, caller);
            case "ListAliases" -> listAliases(request, caller);
            case "Encrypt" -> encrypt(request, caller);
            case "Decrypt" -> decrypt(request, caller);
            default -> throw new AwsException("UnknownOperationException", "Unknown operation " + operation);
        };
    }

    private ObjectNode describeKey(JsonNode request, Caller caller) {
        Key key = required(request, caller);
        authorization.checkKms("DescribeKey", key, aliasesOf(key), caller);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putObject("KeyMetadata")
                .put("AWSAccountId", key.account())
                .put("KeyId", key.id())
                .put("Arn", key.arn())
                .put("CreationDate", CREATED.getEpochSecond())
                .put("Enabled", key.enabled())
                .put("Description", "")
                .put("KeyUsage", "ENCRYPT_DECRYPT")
                .put("KeyState", key.enabled() ? "Enabled" : "Disabled")
                .put("Origin", "AWS_KMS")
                .put("KeyManager", key.awsManaged() ? "AWS" : "CUSTOMER")
                .put("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT")
                .put("KeySpec", "SYMMETRIC_DEFAULT")
                .put("MultiRegion", false);
        return answer;
    }

    private Key required(JsonNode request, Caller caller) {
        String keyId = request.path("KeyId").asText("");
        if (keyId.isEmpty()) {
            throw missing("keyId");
        }
        return resolve(caller.account(), caller.region(), keyId)
                // A key belongs to its region, whatever the ARN says.
                .filter(key -> key.region().equals(caller.region()))
                .orElseThrow(() -> new AwsException("NotFoundException", notFound(keyId, caller)));
    }

    private static AwsException missing(String parameter) {
        return AwsException.validation("1 validation error detected: Value null at '" + parameter
                + "' failed to satisfy constraint: Member must not be null");
    }

    /** At most 4096 bytes, and only with an enabled key: API reference, Encrypt. */
    private ObjectNode encrypt(JsonNode request, Caller caller) {
        byte[] plaintext = bytes(request, "Plaintext");
        if (plaintext.length < 1 || plaintext.length > 4096) {
            throw AwsException.validation("1 validation error detected: Value at 'plaintext' failed to satisfy"
                    + " constraint: Member must have length less than or equal to 4096");
        }
        Key key = required(request, caller);
        authorization.checkKms("Encrypt", key, aliasesOf(key), caller);
        enabled(key);
        return JsonNodeFactory.instance
                .objectNode()
                .put("CiphertextBlob", ciphertexts.encrypt(key, plaintext, context(request)))
                .put("KeyId", key.arn())
                .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    }

    /**
     * With the key that the ciphertext names; one that is given must be that one, also where it is an alias that has been
     * pointed to another key since: API reference, Decrypt.
     */
    private ObjectNode decrypt(JsonNode request, Caller caller) {
        byte[] blob = bytes(request, "CiphertextBlob");
        Key named = keys.values().stream()
                .filter(key -> key.region().equals(caller.region()) && ciphertexts.names(key, blob))
                .findFirst()
                .orElseThrow(() -> new AwsException("InvalidCiphertextException", ""));
        if (request.hasNonNull("KeyId") && !required(request, caller).arn().equals(named.arn())) {
            throw new AwsException(
                    "IncorrectKeyException",
                    "The key ID in the request does not identify a CMK that can perform this operation.");
        }
        authorization.checkKms("Decrypt", named, aliasesOf(named), caller);
        byte[] plaintext = ciphertexts
                .decrypt(enabled(named), blob, context(request))
                .orElseThrow(() -> new AwsException("InvalidCiphertextException", ""));
        return JsonNodeFactory.instance
                .objectNode()
                .put("Plaintext", plaintext)
                .put("KeyId", named.arn())
                .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    }

    private static Key enabled(Key key) {
        if (!key.enabled()) {
            throw new AwsException("DisabledException", key.arn() + " is disabled.");
        }
        return key;
    }

    private static byte[] bytes(JsonNode request, String field) {
        if (!request.hasNonNull(field)) {
            throw missing(Character.toLowerCase(field.charAt(0)) + field.substring(1));
        }
        try {
            return request.get(field).binaryValue();
        } catch (IOException e) {
            throw new AwsException("SerializationException", field + " is not base64");
        }
    }

    private static Map<String, String> context(JsonNode request) {
        Map<String, String> context = new TreeMap<>();
        request.path("EncryptionContext")
                .properties()
                .forEach(entry -> context.put(entry.getKey(), entry.getValue().asText()));
        return context;
    }

    private static String notFound(String keyId, Caller caller) {
        String place = "arn:aws:kms:" + caller.region() + ":" + caller.account() + ":";
        if (keyId.startsWith("alias/")) {
            return "Alias " + place + keyId + " is not found.";
        }
        return "Key '" + (keyId.startsWith("arn:") ? keyId : place + "key/" + keyId) + "' does not exist";
    }

    /** The names under which a key is known. */
    Set<String> aliasesOf(Key key) {
        return aliases(key.account(), key.region()).entrySet().stream()
                .filter(alias -> alias.getValue().equals(key.id()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private ObjectNode listAliases(JsonNode request, Caller caller) {
        authorization.checkKms("ListAliases", null, Set.of(), caller);
        int limit = request.path("Limit").asInt(50);
        if (limit < 1 || limit > 100) {
            throw AwsException.validation("1 validation error detected: Value '" + limit
                    + "' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100");
        }
        Optional<Key> only = request.hasNonNull("KeyId")
                ? resolve(
                        caller.account(), caller.region(), request.get("KeyId").asText())
                : Optional.empty();
        String marker = request.path("Marker").asText("");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("Aliases");
        boolean truncated = false;
        for (Map.Entry<String, String> alias :
                aliases(caller.account(), caller.region()).entrySet()) {
            boolean wanted = only.isEmpty() || only.get().id().equals(alias.getValue());
            if (!wanted || alias.getKey().compareTo(marker) <= 0) {
                continue;
            }
            if (list.size() == limit) {
                truncated = true;
                answer.put("NextMarker", list.get(limit - 1).get("AliasName").asText());
                break;
            }
            list.addObject()
                    .put("AliasName", alias.getKey())
                    .put("AliasArn", "arn:aws:kms:" + caller.region() + ":" + caller.account() + ":" + alias.getKey())
                    .put("TargetKeyId", alias.getValue())
                    .put("CreationDate", CREATED.getEpochSecond())
                    .put("LastUpdatedDate", CREATED.getEpochSecond());
        }
        return answer.put("Truncated", truncated);
    }
}
