package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import ai.hanzo.kms.secretsync.kms.ScriptedKms.Asked;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the KMS keeps back of folders below a folder is never taken for gone. */
class SubFoldersFetchTest {
    private static final String V4 = "GET /api/v4/secrets";
    private static final String FOLDERS = "GET /api/v2/folders";
    private static final Source TREE = new Source("p1", "prod", "/app", true);

    private final ScriptedKms kms = new ScriptedKms();
    private final KmsSource source = kms.source();
    /** What a folder by itself answers, by path. */
    private final Map<String, Answer> alone = new HashMap<>();

    private Answer tree;

    @BeforeEach
    void answer() {
        Function<Asked, Answer> list = asked -> asked.query().get("recursive").equals("true")
                ? tree
                : alone.getOrDefault(asked.query().get("secretPath"), Answer.json(200, "{'secrets':[],'imports':[]}"));
        kms.on(V4, list);
        folders("{'id':'1','name':'db','parentId':'0'},{'id':'2','name':'deep','parentId':'1'}");
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    private void folders(String list) {
        kms.on(FOLDERS, Answer.json(200, "{'folders':[" + list + "]}"));
    }

    private static String secret(String path, String key) {
        return "{'type':'shared','secretPath':'" + path + "','secretKey':'" + key + "','secretValue':'" + key + path
                + "','secretValueHidden':false}";
    }

    private void gives(String... secrets) {
        tree = Answer.json(200, "{'secrets':[" + String.join(",", secrets) + "],'imports':[]}");
    }

    private SourceSnapshot read() {
        return ((SourceRead.Changed) source.fetch(TREE, null)).snapshot();
    }

    private SourceFailure failure() {
        KmsException e = catchThrowableOfType(KmsException.class, this::read);
        assertThat(e).as("the read must fail").isNotNull();
        return e.failure();
    }

    @Test
    void secretsAreKnownByFolderAndKey() {
        gives(secret("/app", "A"), secret("/app/db", "A"), secret("/app/db/deep", "B"));
        Map<String, String> values = new TreeMap<>();
        read().secrets()
                .forEach((path, secret) -> values.put(path, secret.value().reveal()));
        assertThat(values).isEqualTo(Map.of("A", "A/app", "db/A", "A/app/db", "db/deep/B", "B/app/db/deep"));
        assertThat(kms.asked(V4)).hasSize(1);
        assertThat(kms.asked(V4).get(0).query()).containsEntry("recursive", "true");
    }

    @Test
    void aFolderThatMayNotBeReadFailsTheRead() {
        gives(secret("/app", "A"), secret("/app/db", "A"));
        alone.put("/app/db/deep", Answer.error(403, "PermissionDenied", "You are not allowed to describe secrets"));
        assertThat(failure()).isEqualTo(SourceFailure.PARTIAL_FOLDERS);
    }

    @Test
    void aFolderWhoseSecretsAreMissingFailsTheRead() {
        gives(secret("/app", "A"), secret("/app/db", "A"));
        alone.put("/app/db/deep", Answer.json(200, "{'secrets':[" + secret("/app/db/deep", "B") + "],'imports':[]}"));
        assertThat(failure()).isEqualTo(SourceFailure.PARTIAL_FOLDERS);
    }

    @Test
    void aFolderThatIsEmptyDoesNot() {
        gives(secret("/app", "A"), secret("/app/db", "A"));
        assertThat(read().secrets()).containsOnlyKeys("A", "db/A");
        assertThat(kms.asked(V4)).hasSize(2);
    }

    @Test
    void whereFoldersMayNotBeListedTheReadFails() {
        gives(secret("/app", "A"));
        kms.on(FOLDERS, Answer.error(403, "PermissionDenied", "You are not allowed to read folders"));
        assertThat(failure()).isEqualTo(SourceFailure.PARTIAL_FOLDERS);
    }

    @Test
    void aSecretOfNoFolderBelowIsNoAnswer() {
        gives(secret("/other", "A"));
        assertThat(failure()).isEqualTo(SourceFailure.PROTOCOL);
    }

    @Test
    void hiddenValuesFailTheRead() {
        gives("{'type':'shared','secretPath':'/app/db','secretKey':'A','secretValue':'x','secretValueHidden':true}");
        assertThat(failure()).isEqualTo(SourceFailure.HIDDEN_VALUES);
    }
}
