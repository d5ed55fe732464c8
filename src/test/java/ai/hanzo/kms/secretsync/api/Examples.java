package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Requests and objects that the tests share: those of the recorded exchange of the Terraform provider. */
final class Examples {
    static final UUID SYNC = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    static final UUID CONNECTION = UUID.fromString("00000000-0000-4000-8000-00000000000b");
    static final Instant AT = Instant.parse("2026-11-23T18:37:23.369Z");

    static final KnownNames NAMES = new KnownNames(
            List.of("eu-central-1", "us-east-1"), () -> List.of("one-to-one", "many-to-one", "per-team"));

    static final String CREATE = """
            {"App":"aws-secrets-manager","name":"sync-many","projectId":"P","connectionId":"%s","environment":"dev",
             "secretPath":"/app","isAutoSyncEnabled":true,"description":"all options",
             "syncOptions":{"disableSecretDeletion":true,"initialSyncBehavior":"overwrite-destination",
               "keyId":"alias/my-key","keySchema":"INFISICAL_{{secretKey}}","syncSecretMetadataAsTags":false,
               "tags":[{"key":"tag-1","value":"v1"},{"key":"tag-2","value":"a b"}]},
             "destinationConfig":{"mappingBehavior":"many-to-one","region":"us-east-1","secretName":"prod/app"}}""".formatted(CONNECTION);

    static final String CREATE_CONNECTION = """
            {"App":"aws","description":"I am a test app connection","method":"access-key","name":"aws-access-key",
             "credentials":{"accessKeyId":"AKIAEXAMPLE","secretAccessKey":"s/ecret+key"}}""";

    static SecretSync manyToOne() {
        return new SecretSync(
                SYNC,
                "sync-many",
                "all options",
                new Source("P", "dev", "/app"),
                new Destination(CONNECTION, "us-east-1", Destination.MANY_TO_ONE, "prod/app"),
                new SyncOptions(
                        InitialSyncBehavior.OVERWRITE_DESTINATION,
                        "INFISICAL_{{secretKey}}",
                        true,
                        "alias/my-key",
                        List.of(new Tag("tag-1", "v1"), new Tag("tag-2", "a&b")),
                        false),
                true,
                false);
    }

    static SecretSync oneToOne() {
        return new SecretSync(
                SYNC,
                "sync-one",
                "",
                new Source("P", "dev", "/"),
                new Destination(CONNECTION, "us-east-1", Destination.ONE_TO_ONE, null),
                new SyncOptions(InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE, "", false, null, null, true),
                true,
                false);
    }

    static SecretSyncView view(SecretSync sync) {
        return SecretSyncView.of(
                sync,
                "aws-access-key",
                new SecretSyncView.Environment("dev", "Dev", "E"),
                new SecretSyncView.Folder("F", sync.source().secretPath()),
                AT,
                AT,
                SecretSyncView.Job.NONE,
                SecretSyncView.Job.NONE,
                SecretSyncView.Job.NONE,
                List.of());
    }

    private Examples() {}
}
