package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code GetRandomPassword}. */
final class RandomPasswords {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DEFAULT_LENGTH = 32;

    private RandomPasswords() {}

    static ObjectNode generate(Request request) {
        Integer asked = request.number("PasswordLength", 1, 4096);
        int length = asked == null ? DEFAULT_LENGTH : asked;
        String excluded = request.text("ExcludeCharacters", 0, 4096);
        List<String> types = new ArrayList<>();
        add(types, request.flag("ExcludeLowercase"), "abcdefghijklmnopqrstuvwxyz", excluded);
        add(types, request.flag("ExcludeUppercase"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ", excluded);
        add(types, request.flag("ExcludeNumbers"), "0123456789", excluded);
        add(types, request.flag("ExcludePunctuation"), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", excluded);
        add(types, !request.flag("IncludeSpace"), " ", excluded);
        boolean each = !request.has("RequireEachIncludedType") || request.flag("RequireEachIncludedType");
        if (types.isEmpty() || each && types.size() > length) {
            throw AwsException.invalidParameter("The password can't be built from the characters that are left.");
        }
        List<Character> password = new ArrayList<>(length);
        if (each) {
            types.forEach(type -> password.add(any(type)));
        }
        String all = String.join("", types);
        while (password.size() < length) {
            password.add(any(all));
        }
        Collections.shuffle(password, RANDOM);
        StringBuilder text = new StringBuilder(length);
        password.forEach(text::append);
        return JsonNodeFactory.instance.objectNode().put("RandomPassword", text.toString());
    }

    private static void add(List<String> types, boolean exclude, String characters, String excluded) {
        StringBuilder left = new StringBuilder();
        characters
                .chars()
                .filter(c -> excluded == null || excluded.indexOf(c) < 0)
                .forEach(c -> left.append((char) c));
        if (!exclude && left.length() > 0) {
            types.add(left.toString());
        }
    }

    private static char any(String characters) {
        return characters.charAt(RANDOM.nextInt(characters.length()));
    }
}
