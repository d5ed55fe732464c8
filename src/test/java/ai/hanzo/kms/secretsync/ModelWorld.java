package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.aws.KmsKeyResolver;
import ai.hanzo.kms.secretsync.devkms.Fault;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Metadata;
import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.EmulatorClients;
import ai.hanzo.kms.secretsync.emulator.Fault.Kind;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.runs.SyncState;
import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.component.quartz.StatefulCamelJob;
import org.quartz.Job;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.impl.JobExecutionContextImpl;
import org.quartz.spi.OperableTrigger;
import org.quartz.spi.TriggerFiredBundle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;

/** A KMS, an AWS, some syncs between them, and whatever may happen to each. Runs are carried out here and now, by their routes. */
final class ModelWorld implements AutoCloseable {
    static final List<String> REGIONS = List.of("us-east-1", "eu-west-1");
    /** Where syncs have copies, and no sync has a destination. */
    private static final List<String> REPLICA_REGIONS = List.of("eu-north-1", "sa-east-1");
    /** Where only others have copies. */
    static final String FOREIGN_REPLICA = "ca-central-1";

    private static final String ACCOUNT_ONE = "222222222222";
    private static final String ACCOUNT_TWO = "333333333333";
    private static final String FOREIGN_ACCOUNT = "444444444444";
    /** Every value has it, so that none can hide. */
    static final String MARKER = "zq-";

    static final String KEY_ONE = "11111111-2222-3333-4444-555555555555";
    static final String KEY_TWO = "66666666-7777-8888-9999-000000000000";
    static final String ALIAS_ONE = "alias/one";
    static final String ALIAS_TWO = "alias/two";

    private static final String ENVIRONMENT = "dev";
    private static final List<String> KEYS = List.of("A", "B", "C", "D");
    /** Of secrets in folders below, mostly. */
    private static final List<String> KEYS_BELOW = List.of("E", "F", "G");

    private static final List<String> VALUES = List.of(MARKER + "one", MARKER + "two", MARKER + "three");
    private static final List<String> NAMES = List.of(
            "p-A",
            "p-B",
            "p-C",
            "p-X",
            "p-dev-A",
            "p-dev-X",
            "q/A",
            "q/X",
            "A",
            "B",
            "X",
            "app",
            "app2",
            "p-app",
            "app/shard-0",
            "app/shard-01",
            "p-app/shard-1");
    private static final List<String> SCHEMAS = List.of(
            "p-{{secretKey}}",
            "p-{{secretKey}}",
            "p-{{environment}}-{{secretKey}}",
            "q/{{secretKey}}",
            "q/{{secretPath}}/{{secretKey}}",
            "{{secretPath}}/{{secretKey}}",
            "");
    private static final List<String> BEHAVIORS =
            List.of(ModelSync.OVERWRITE, ModelSync.OVERWRITE, ModelSync.SOURCE_FIRST, ModelSync.DESTINATION_FIRST);
    private static final List<String> TAG_MODES = List.of("never", "upsert", "replace");
    private static final List<String> TAG_KEYS = List.of("team", "stage", "managed-by");
    private static final List<String> WRITES = List.of(
            "CreateSecret",
            "UpdateSecret",
            "DeleteSecret",
            "RestoreSecret",
            "TagResource",
            "UntagResource",
            "ReplicateSecretToRegions",
            "RemoveRegionsFromReplication",
            "PutResourcePolicy",
            "DeleteResourcePolicy");
    private static final List<String> READS =
            List.of("ListSecrets", "DescribeSecret", "BatchGetSecretValue", "GetResourcePolicy");
    private static final int NOT_MODIFIED = 304;
    private static final Duration SLOW = Duration.ofMillis(450);
    private static final int MANY = 12;
    private static final int LARGE = 20_000;
    private static final int MOST_ROUNDS = 8;

    private static int worlds;

    final RunningService service;
    final List<ModelSync> syncs = new ArrayList<>();
    private final ModelOracle oracle = new ModelOracle(this);
    private final Runs runs;
    private final SecretSyncs saved;
    private final SyncLifecycle lifecycle;
    private final KmsKeyResolver keys;
    private final Scheduler scheduler;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final String connection;
    private final SecretsManagerClient somebody;
    /** Folders that syncs take. */
    private final List<String> paths = new ArrayList<>();
    /** Those and the folders below them. */
    private final List<String> folders = new ArrayList<>();
    /** What others may call their secrets in AWS. */
    private final List<String> names = new ArrayList<>(NAMES);

    private final Map<String, Map<String, String>> vanished = new HashMap<>();

    /** Whether the KMS gives no complete answer, for certain. */
    private boolean sourceFails;
    /** Whether it does not tell which folders there are below others. */
    private boolean foldersFail;

    private boolean valuesHidden;
    private boolean awsFails;
    private boolean awsSlow;
    private boolean kmsRefuses;
    private Duration lag = Duration.ZERO;
    private final Set<String> denied = new HashSet<>();
    private final Set<String> disabledKeys = new HashSet<>();

    ModelWorld(RunningService service, String connection, Random random) {
        this.service = service;
        this.connection = connection;
        somebody = EmulatorClients.secretsManager(service.aws);
        runs = bean(Runs.class);
        saved = bean(SecretSyncs.class);
        lifecycle = bean(SyncLifecycle.class);
        keys = bean(KmsKeyResolver.class);
        scheduler = bean(Scheduler.class);
        jdbc = bean(JdbcTemplate.class);
        transactions = new TransactionTemplate(bean(PlatformTransactionManager.class));
        service.aws.reset();
        service.aws.clock().freeze();
        service.kms.clearFaults();
        service.kms.setApprovals(false);
        for (String region : REGIONS) {
            service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, region, KEY_ONE, ALIAS_ONE);
            service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, region, KEY_TWO, ALIAS_TWO);
        }
        for (String region : REPLICA_REGIONS) {
            service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, region, KEY_ONE, ALIAS_ONE);
        }
        keys.forget(UUID.fromString(connection));
        worlds++;
        for (String name : List.of("a", "b")) {
            String path = "/world-" + worlds + "-" + name;
            paths.add(path);
            folders.addAll(List.of(path, path + "/sub", path + "/sub/deep"));
            set(path, KEYS.get(0), VALUES.get(0));
            set(path, KEYS.get(1), VALUES.get(1));
            set(path + "/sub", KEYS_BELOW.get(0), VALUES.get(2));
            set(path + "/sub/deep", KEYS_BELOW.get(1), VALUES.get(0));
            for (String below : List.of("/A", "/X", "/sub/E", "/sub/X", "/sub/deep/X")) {
                names.add(path.substring(1) + below);
                names.add("q" + path + below);
            }
        }
        for (int i = 0; i < 3; i++) {
            ModelSync sync = new ModelSync("S" + i);
            configure(sync, i, random);
            create(sync);
        }
    }

    private <T> T bean(Class<T> type) {
        return service.context().getBean(type);
    }

    private void configure(ModelSync sync, int number, Random random) {
        sync.path = paths.get(number == 0 ? 0 : random.nextInt(2));
        sync.region = random.nextInt(4) == 0 ? REGIONS.get(1) : REGIONS.get(0);
        sync.mapping = number == 1 || random.nextInt(6) == 0 ? ModelSync.MANY_TO_ONE : ModelSync.ONE_TO_ONE;
        sync.secretName = one(List.of("app", "app2"), random);
        sync.schema = one(SCHEMAS, random);
        sync.behavior = one(BEHAVIORS, random);
        sync.deletionDisabled = random.nextInt(6) == 0;
        sync.follows = random.nextInt(3) == 0;
        sync.keyId = null;
        sync.tags = null;
        sync.metadataAsTags = false;
        sync.replicas = null;
        sync.policy = null;
        sync.subFolders = random.nextInt(3) == 0;
        sync.requireApproval = random.nextInt(8) == 0;
        sync.sharding = random.nextInt(4) > 0;
        sync.graceDays = one(Arrays.asList(null, null, 0, 10), random);
        sync.otherRegion = random.nextInt(4) == 0 ? REGIONS.get(1 - REGIONS.indexOf(sync.region)) : null;
        if (random.nextBoolean()) {
            changeOptions(sync, random);
        }
    }

    private void create(ModelSync sync) {
        Map<String, Object> request = new HashMap<>();
        request.put("name", "model-" + UUID.randomUUID());
        request.put("projectId", service.project.id());
        request.put("connectionId", connection);
        request.put("environment", ENVIRONMENT);
        request.put("secretPath", sync.path);
        request.put("isAutoSyncEnabled", sync.follows);
        request.put("syncOptions", sync.options());
        request.put("destinationConfig", sync.destination());
        sync.id = UUID.fromString(service.create(request));
        syncs.add(sync);
        if (sync.otherRegion != null) {
            ModelSync other = new ModelSync(sync.label + "@");
            other.id = UUID.fromString(service.api()
                    .get(Operations.SYNCS + sync.id + "/destinations")
                    .at("/destinations/1/id")
                    .textValue());
            other.first = sync;
            sync.mirrorTo(other);
            syncs.add(other);
        }
    }

    private Optional<ModelSync> otherOf(ModelSync sync) {
        return syncs.stream().filter(other -> other.first == sync).findFirst();
    }

    @Override
    public void close() {
        somebody.close();
        service.kms.clearFaults();
        hide(false);
        List.copyOf(syncs).stream().filter(sync -> sync.first == null).forEach(this::forget);
        paths.stream()
                .filter(path -> !vanished.containsKey(path))
                .forEach(path -> service.kms.deleteFolder(service.project, ENVIRONMENT, path));
    }

    private void forget(ModelSync sync) {
        lifecycle.delete(saved.get(sync.id));
        otherOf(sync).ifPresent(syncs::remove);
        syncs.remove(sync);
    }

    // What is where

    record State(SortedMap<String, Secret> aws, Map<String, Map<String, String>> kms) {
        Map<String, String> source(ModelSync sync) {
            return sync.taken(kms);
        }

        Secret at(ModelSync sync, String name) {
            return aws.get(sync.region + " " + name);
        }
    }

    State state() {
        SortedMap<String, Secret> aws = new TreeMap<>();
        for (String region : REGIONS) {
            service.aws
                    .secrets(SecretsManagerEmulator.ACCOUNT, region)
                    .forEach(secret -> aws.put(region + " " + secret.name(), secret));
        }
        return new State(aws, inKms());
    }

    private Map<String, Map<String, String>> inKms() {
        Map<String, Map<String, String>> kms = new HashMap<>();
        folders.forEach(folder -> kms.put(folder, service.kms.secrets(service.project, ENVIRONMENT, folder)));
        return kms;
    }

    /** Tags that a sync is to give to a secret. */
    SortedMap<String, String> tags(ModelSync sync, String name) {
        SortedMap<String, String> tags = new TreeMap<>();
        if (sync.metadataAsTags && !sync.manyToOne()) {
            String secret = sync.path + "/"
                    + sync.taken(inKms()).keySet().stream()
                            .filter(each -> sync.nameOf(each).equals(name))
                            .findFirst()
                            .orElseThrow();
            int border = secret.lastIndexOf('/');
            service
                    .kms
                    .metadata(service.project, ENVIRONMENT, secret.substring(0, border), secret.substring(border + 1))
                    .stream()
                    .filter(metadata -> !metadata.encrypted() && !metadata.key().contains("|"))
                    .forEach(metadata -> tags.put(metadata.key(), metadata.value()));
        }
        if (sync.tags != null) {
            tags.putAll(sync.tags);
        }
        return tags;
    }

    boolean exists(String syncId) {
        return syncs.stream().anyMatch(sync -> sync.id.toString().equals(syncId));
    }

    /** Whether the last run cannot have known what is in the source; that nothing changed since the last read tells it, too. */
    boolean sourceUnreadable(ModelSync sync) {
        boolean notModified = service.kms.requests().stream().anyMatch(request -> request.status() == NOT_MODIFIED);
        boolean fails = sourceFails || foldersFail && sync.takesSubFolders();
        return !notModified && (fails || valuesHidden || vanished.containsKey(sync.path));
    }

    /** Whether nothing is in the way of a run. */
    boolean calm() {
        return !sourceFails
                && !foldersFail
                && !valuesHidden
                && vanished.isEmpty()
                && !awsFails
                && !awsSlow
                && !kmsRefuses
                && lag.isZero()
                && denied.isEmpty()
                && disabledKeys.isEmpty();
    }

    boolean readsMayFail() {
        return awsFails || awsSlow || !denied.isEmpty() || !disabledKeys.isEmpty();
    }

    boolean writesMayFail() {
        return awsFails || awsSlow || !denied.isEmpty();
    }

    Instant now() {
        return service.aws.clock().instant();
    }

    boolean listIsFresh() {
        return lag.isZero();
    }

    /** Whether a region has another secret of that name than a copy of this one. */
    boolean isTaken(String region, Secret secret) {
        return service.aws
                .secret(SecretsManagerEmulator.ACCOUNT, region, secret.name())
                .map(there -> !secret.region().equals(there.primaryRegion()))
                .orElse(false);
    }

    SyncState status(ModelSync sync) {
        return runs.state(sync.id);
    }

    /** What was recorded of the sync's last run and could hold what it should not: one text a line. */
    List<String> recorded(ModelSync sync) {
        List<String> texts = new ArrayList<>(jdbc.queryForList(
                "select message from sync_run where sync_id = ? order by started_at desc limit 2",
                String.class,
                sync.id));
        jdbc.query(
                "select o.name, o.error_code, o.message, o.remedy from sync_outcome o join sync_run r on r.id = o.run_id"
                        + " where r.sync_id = ? and r.id in"
                        + " (select id from sync_run where sync_id = ? order by started_at desc limit 2)",
                row -> {
                    texts.add(row.getString(1) + ": " + row.getString(2) + " " + row.getString(3) + " "
                            + row.getString(4));
                },
                sync.id,
                sync.id);
        SyncState state = status(sync);
        texts.add(state.lastSyncMessage());
        texts.add(state.lastImportMessage());
        texts.add(state.lastRemoveMessage());
        texts.removeIf(text -> text == null);
        return texts;
    }

    // Steps

    /**
     * @return what was done, in words; empty where the state left nothing to do
     */
    String perform(ModelStep step) {
        Random random = new Random(step.choice());
        ModelSync chosen = one(syncs, random);
        boolean ofTheWhole = Set.of(
                        ModelStep.Kind.OPTIONS,
                        ModelStep.Kind.DESTINATION,
                        ModelStep.Kind.MOVES,
                        ModelStep.Kind.SYNC_REPLACED,
                        ModelStep.Kind.IMPORT)
                .contains(step.kind());
        ModelSync sync = ofTheWhole && chosen.first != null ? chosen.first : chosen;
        String path = one(random.nextInt(3) > 0 ? paths : folders, random);
        String key = keyFor(path, random);
        service.aws.clock().advance(Duration.ofSeconds(random.nextInt(40)));
        return switch (step.kind()) {
            case SOURCE_EDIT -> inFolder(path, () -> set(path, key, one(VALUES, random)));
            case SOURCE_EMPTY_VALUE -> inFolder(path, () -> set(path, key, ""));
            case SOURCE_TOO_LARGE -> inFolder(path, () -> set(path, key, MARKER + "x".repeat(70_000)));
            case SOURCE_LARGE -> inFolder(path, () -> large(path, random));
            case SOURCE_REMOVE -> inFolder(path, () -> remove(path, one(inKms(path), random)));
            case SOURCE_RENAME -> inFolder(path, () -> rename(path, random));
            case SOURCE_METADATA -> inFolder(path, () -> metadata(path, one(inKms(path), random), random));
            case SOURCE_MANY -> inFolder(path, () -> many(besides(path).get(0)));
            case FOLDER_VANISHES -> inFolder(path, () -> vanish(path));
            case FOLDER_RETURNS -> comeBack(path);
            case VALUES_HIDDEN -> hide(true);
            case VALUES_SHOWN -> hide(false);
            case SOURCE_READ_FAILS -> sourceFault(random);
            case SOURCE_WRITE_REFUSED -> {
                kmsRefuses = true;
                service.kms.failNext(
                        1 + random.nextInt(2),
                        "/api/v4/secrets/batch",
                        Fault.status(one(List.of(400, 403, 500), random)));
                yield "the KMS refuses a write";
            }
            case APPROVALS_REQUIRED -> {
                kmsRefuses = true;
                service.kms.setApprovals(true);
                yield "the KMS wants approvals";
            }
            case OPTIONS -> {
                changeOptions(sync, random);
                yield patch(sync, Map.of("syncOptions", sync.options()));
            }
            case DESTINATION -> changeDestination(sync, random);
            case MOVES -> {
                sync.graceDays = one(Arrays.asList(0, 0, 10, null), random);
                yield patch(sync, Map.of("syncOptions", sync.options()));
            }
            case SYNC_REPLACED -> replace(sync, random);
            case FOREIGN_VALUE, FOREIGN_BINARY, FOREIGN_TAG, FOREIGN_KEY, FOREIGN_DESCRIPTION, FOREIGN_OWNER ->
                foreign(step.kind(), random);
            case FOREIGN_DELETE, FOREIGN_FORCED_DELETE, FOREIGN_RESTORE, FOREIGN_UNTAG ->
                foreignChange(step.kind(), random);
            case FOREIGN_REPLICA -> foreignReplica(random);
            case FOREIGN_POLICY -> foreignPolicy(random);
            case AWS_FAULT -> awsFault(random);
            case AWS_DIES -> {
                awsFails = true;
                Kind kind = one(List.of(Kind.DROP_BEFORE, Kind.DROP_AFTER), random);
                int calls = random.nextInt(12);
                service.aws.inject(ai.hanzo.kms.secretsync.emulator.Fault.of(kind)
                        .after(calls)
                        .always());
                yield "no answer of AWS arrives after " + calls + " calls, " + kind;
            }
            case AWS_SLOW -> {
                awsSlow = true;
                String operation = one(WRITES, random);
                service.aws.inject(
                        ai.hanzo.kms.secretsync.emulator.Fault.delay(SLOW).operation(operation));
                yield "AWS is slow with one " + operation;
            }
            case AWS_DENIES -> {
                String action = one(
                        List.of(
                                "GetSecretValue",
                                "BatchGetSecretValue",
                                "DescribeSecret",
                                "ListSecrets",
                                "TagResource",
                                "kms:DescribeKey"),
                        random);
                denied.add(action);
                service.aws.deny(action);
                yield "AWS denies " + action;
            }
            case KEY_DISABLED -> {
                String id = one(List.of(KEY_ONE, KEY_TWO), random);
                disabledKeys.add(id);
                REGIONS.forEach(region -> service.aws.enableKmsKey(SecretsManagerEmulator.ACCOUNT, region, id, false));
                yield "the KMS key " + id + " is disabled";
            }
            case VERSION_QUOTA -> {
                awsFails = true;
                service.aws.versionQuota(random.nextInt(3));
                yield "hardly any versions are left";
            }
            case STALE_LIST -> {
                lag = Duration.ofSeconds(1 + random.nextInt(300));
                service.aws.listLag(lag);
                yield "lists are " + lag + " old";
            }
            case TIME_PASSES -> {
                Duration time = random.nextInt(6) == 0
                        ? Duration.ofDays(random.nextInt(40))
                        : Duration.ofSeconds(random.nextInt(600));
                service.aws.clock().advance(time);
                // The service has a clock of its own: for it, what is kept has been kept for longer.
                jdbc.update(
                        "update managed_secret set superseded_at = dateadd(second, ?, superseded_at)"
                                + " where superseded_at is not null",
                        -time.toSeconds());
                yield time + " pass";
            }
            case CALM -> {
                calmDown();
                yield "faults stop";
            }
            case RUN -> {
                runs.request(sync.id, one(List.of(RunReason.MANUAL, RunReason.CHANGE), random));
                yield run(sync, false);
            }
            case RUN_APPROVED -> runApproved(sync);
            case DRY_RUN -> dryRun(sync, random.nextBoolean());
            case IMPORT -> {
                if (sync.takesSubFolders()) {
                    yield importRefused(sync);
                }
                runs.requestImport(sync.id, one(List.of(ConflictResolution.Behavior.values()), random));
                yield run(sync, false);
            }
            case REMOVE -> {
                runs.requestRemoval(sync.id, false);
                yield run(sync, false);
            }
        };
    }

    // The KMS

    private List<String> below(String path) {
        return folders.stream()
                .filter(folder -> folder.equals(path) || folder.startsWith(path + "/"))
                .toList();
    }

    /** The folders that the syncs which take a folder may take, too. */
    private List<String> besides(String folder) {
        return paths.stream()
                .map(this::below)
                .filter(all -> all.contains(folder))
                .findFirst()
                .orElseThrow();
    }

    private String inFolder(String path, Runnable work) {
        if (vanished.containsKey(path) || (inKms(path).isEmpty() && work == null)) {
            return "";
        }
        Map<String, String> before = service.kms.secrets(service.project, ENVIRONMENT, path);
        work.run();
        Map<String, String> after = service.kms.secrets(service.project, ENVIRONMENT, path);
        return path + " is " + shortened(after) + (before.equals(after) ? " still" : "");
    }

    private static Map<String, String> shortened(Map<String, String> values) {
        Map<String, String> shown = new TreeMap<>(values);
        shown.replaceAll((key, value) -> value.length() > 20 ? value.length() + " characters" : value);
        return shown;
    }

    private List<String> inKms(String path) {
        return new ArrayList<>(new TreeSet<>(
                service.kms.secrets(service.project, ENVIRONMENT, path).keySet()));
    }

    private void set(String path, String key, String value) {
        service.kms.setSecret(service.project, ENVIRONMENT, path, key, value);
    }

    private void remove(String path, String key) {
        if (key != null) {
            service.kms.deleteSecret(service.project, ENVIRONMENT, path, key);
        }
    }

    /** Gives a secret another key, and sometimes another folder. */
    private void rename(String path, Random random) {
        String from = one(inKms(path), random);
        String toPath = one(besides(path), random);
        if (from != null && !vanished.containsKey(toPath)) {
            String value =
                    service.kms.secrets(service.project, ENVIRONMENT, path).get(from);
            remove(path, from);
            set(toPath, keyFor(toPath, random), value);
        }
    }

    private String keyFor(String path, Random random) {
        return one(paths.contains(path) || random.nextInt(4) == 0 ? KEYS : KEYS_BELOW, random);
    }

    private void metadata(String path, String key, Random random) {
        if (key == null) {
            return;
        }
        List<Metadata> metadata = new ArrayList<>();
        for (String name : List.of("team", "note", "in|valid", "hidden")) {
            if (random.nextBoolean()) {
                String value = "m" + random.nextInt(3);
                metadata.add(
                        name.equals("hidden") ? Metadata.encrypted(name, MARKER + value) : Metadata.of(name, value));
            }
        }
        service.kms.setMetadata(service.project, ENVIRONMENT, path, key, metadata.toArray(Metadata[]::new));
    }

    /** Values of which one is not too large for AWS, and an object of several is; where there are any, they become small. */
    private void large(String path, Random random) {
        Map<String, String> before = service.kms.secrets(service.project, ENVIRONMENT, path);
        List<String> large = before.keySet().stream()
                .filter(key -> before.get(key).length() > LARGE)
                .toList();
        large.forEach(key -> set(path, key, one(VALUES, random)));
        for (String key : KEYS) {
            if (large.isEmpty() && random.nextInt(4) > 0) {
                set(path, key, MARKER + one(List.of("x", "y"), random).repeat(LARGE * (1 + random.nextInt(3))));
            }
        }
    }

    private void many(String path) {
        boolean there = inKms(path).contains("M0");
        for (int i = 0; i < MANY; i++) {
            if (there) {
                remove(path, "M" + i);
            } else {
                set(path, "M" + i, VALUES.get(i % VALUES.size()));
            }
        }
    }

    private void vanish(String path) {
        for (String folder : below(path)) {
            vanished.putIfAbsent(folder, service.kms.secrets(service.project, ENVIRONMENT, folder));
        }
        service.kms.deleteFolder(service.project, ENVIRONMENT, path);
    }

    /** A folder comes back with those above and below it. */
    private String comeBack(String path) {
        List<String> back = besides(path).stream().filter(vanished::containsKey).toList();
        for (String folder : back) {
            service.kms.addFolder(service.project, ENVIRONMENT, folder);
            service.kms.setSecrets(service.project, ENVIRONMENT, folder, vanished.remove(folder));
        }
        return back.isEmpty() ? "" : back + " are back";
    }

    private String hide(boolean hidden) {
        if (valuesHidden == hidden) {
            return "";
        }
        valuesHidden = hidden;
        service.regrant(hidden ? Grant.describe(service.project) : Grant.write(service.project));
        return hidden ? "the KMS hides values" : "the KMS shows values";
    }

    private String sourceFault(Random random) {
        if (random.nextInt(4) == 0) {
            Fault fault = one(List.of(Fault.status(500), Fault.status(403), Fault.truncate()), random);
            service.kms.failNext(100, "/api/v2/folders", fault);
            foldersFail = true;
            return "the KMS answers with " + fault + " to who asks for folders";
        }
        Fault fault = one(
                List.of(Fault.status(500), Fault.status(403), Fault.status(404), Fault.truncate(), Fault.drop()),
                random);
        service.kms.clearFaults();
        foldersFail = false;
        service.kms.failNext(fault instanceof Fault.Drop ? 1 : 20, "/api/v4/secrets", fault);
        sourceFails = !(fault instanceof Fault.Drop);
        kmsRefuses = true;
        return "the KMS answers with " + fault;
    }

    // The syncs

    private static void changeOptions(ModelSync sync, Random random) {
        switch (random.nextInt(14)) {
            case 13 -> sync.sharding = !sync.sharding;
            case 12 -> sync.subFolders = !sync.subFolders;
            case 9 -> {
                sync.excluded = random.nextBoolean() ? null : one(KEYS, random);
                sync.renames = random.nextInt(3) == 0;
                sync.renamesOne = random.nextInt(3) == 0;
            }
            case 10 -> sync.tagMode = random.nextInt(4) == 0 ? null : one(TAG_MODES, random);
            case 11 -> sync.requireApproval = !sync.requireApproval;
            case 0 -> sync.schema = one(SCHEMAS, random);
            case 1 -> sync.behavior = one(BEHAVIORS, random);
            case 2 -> sync.deletionDisabled = !sync.deletionDisabled;
            case 3, 4 -> {
                List<String> ways = new ArrayList<>(List.of(
                        KEY_ONE,
                        "arn:aws:kms:" + sync.region + ":" + SecretsManagerEmulator.ACCOUNT + ":key/" + KEY_ONE,
                        ALIAS_ONE,
                        "arn:aws:kms:" + sync.region + ":" + SecretsManagerEmulator.ACCOUNT + ":" + ALIAS_ONE,
                        ALIAS_TWO,
                        KEY_TWO,
                        "alias/aws/secretsmanager"));
                ways.add(null);
                sync.keyId = ways.get(random.nextInt(ways.size()));
            }
            case 5 -> {
                sync.tags = null;
                if (random.nextInt(4) > 0) {
                    sync.tags = new TreeMap<>();
                    for (String key : TAG_KEYS) {
                        if (random.nextBoolean()) {
                            sync.tags.put(key, "t" + random.nextInt(2));
                        }
                    }
                }
            }
            case 6 -> {
                sync.replicas = null;
                // Both destinations would be copied to the same names, which is refused.
                if (random.nextInt(4) > 0 && sync.otherRegion == null) {
                    sync.replicas = new TreeMap<>();
                    for (String region : REPLICA_REGIONS) {
                        if (random.nextBoolean()) {
                            sync.replicas.put(region, random.nextBoolean() ? null : KEY_ONE);
                        }
                    }
                }
            }
            case 7 -> sync.policy = one(Arrays.asList(null, ACCOUNT_ONE, ACCOUNT_TWO), random);
            default -> sync.metadataAsTags = !sync.metadataAsTags && !sync.manyToOne();
        }
    }

    private String changeDestination(ModelSync sync, Random random) {
        switch (sync.otherRegion == null ? random.nextInt(3) : 1 + random.nextInt(2)) {
            case 0 -> {
                sync.region = one(REGIONS, random);
                if (sync.keyId != null && sync.keyId.startsWith("arn:")) {
                    sync.keyId = KEY_ONE;
                }
            }
            case 1 -> {
                sync.mapping = sync.manyToOne() ? ModelSync.ONE_TO_ONE : ModelSync.MANY_TO_ONE;
                sync.metadataAsTags &= !sync.manyToOne();
            }
            default -> sync.secretName = one(List.of("app", "app2"), random);
        }
        return patch(sync, Map.of("destinationConfig", sync.destination(), "syncOptions", sync.options()));
    }

    private String patch(ModelSync sync, Map<String, Object> request) {
        // Whoever saves a sync is told that the KMS does not answer, and saves it once it does.
        theKmsAnswers();
        comeBack(sync.path);
        service.api().patch(Operations.SYNCS + sync.id, request);
        otherOf(sync).ifPresent(sync::mirrorTo);
        return sync + " now";
    }

    private String replace(ModelSync sync, Random random) {
        if (vanished.containsKey(sync.path)) {
            return "";
        }
        int number = syncs.indexOf(sync);
        Optional<ModelSync> other = otherOf(sync);
        forget(sync);
        oracle.forgotten(sync);
        other.ifPresent(oracle::forgotten);
        ModelSync another = new ModelSync(sync.label + "'");
        configure(another, number, random);
        if (vanished.containsKey(another.path)) {
            another.path = sync.path;
        }
        theKmsAnswers();
        create(another);
        return another + " replaces " + sync.label;
    }

    // AWS

    private String foreign(ModelStep.Kind kind, Random random) {
        String region = random.nextInt(4) == 0 ? REGIONS.get(1) : REGIONS.get(0);
        List<String> there = names(region, false);
        String name = there.isEmpty() || random.nextInt(3) == 0 ? one(names, random) : one(there, random);
        Secret existing =
                service.aws.secret(SecretsManagerEmulator.ACCOUNT, region, name).orElse(null);
        if (existing != null && (existing.isDeleted() || existing.owningService() != null)) {
            return "";
        }
        ForeignSecret change = ForeignSecret.named(name).in(SecretsManagerEmulator.ACCOUNT, region);
        switch (kind) {
            case FOREIGN_VALUE -> change.value(foreignValue(name, random));
            case FOREIGN_BINARY -> change.binary((MARKER + "binary").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case FOREIGN_TAG -> {
                String key = one(List.of("team", "stage", "cost", "note"), random);
                change.tag(key, "f" + random.nextInt(2));
            }
            case FOREIGN_KEY -> change.kmsKeyId(random.nextBoolean() ? KEY_TWO : null);
            case FOREIGN_DESCRIPTION -> change.description("d" + random.nextInt(5));
            default -> {
                switch (random.nextInt(7)) {
                    case 0 -> change.owningService("rds");
                    case 1 -> change.rotationEnabled();
                    case 2 -> change.replicaOf("ap-south-1");
                    case 3 -> change.tag("aws:cloudformation:stack-id", "stack");
                    case 4 -> change.tag("hashicorp:vault", "");
                    case 5 -> change.tag("managed-by", "external-secrets");
                    default ->
                        change.tag(ModelOracle.OWNER_TAG, UUID.randomUUID().toString());
                }
            }
        }
        if (existing == null && kind != ModelStep.Kind.FOREIGN_VALUE && kind != ModelStep.Kind.FOREIGN_BINARY) {
            if (random.nextInt(4) > 0) {
                change.value(foreignValue(name, random));
            }
        }
        Secret secret = service.aws.putForeign(change);
        return "somebody: " + kind + " " + shown(secret);
    }

    private static String foreignValue(String name, Random random) {
        String value = one(VALUES, random);
        if (name.contains("app") && random.nextInt(5) > 0) {
            return switch (random.nextInt(4)) {
                case 0 -> "{\"A\":\"" + value + "\"}";
                case 1 -> "{\"X\":\" " + value + "\",\"A\":\"" + value + "\"}";
                case 2 -> "{\"X\":{\"n\":1.50},\"B\":\"" + value + "\"}";
                default -> "{}";
            };
        }
        return random.nextInt(5) == 0 ? " " + value : value;
    }

    private String foreignChange(ModelStep.Kind kind, Random random) {
        String region = random.nextInt(4) == 0 ? REGIONS.get(1) : REGIONS.get(0);
        String name = one(names(region, kind == ModelStep.Kind.FOREIGN_RESTORE), random);
        if (name == null) {
            return "";
        }
        Secret secret =
                service.aws.secret(SecretsManagerEmulator.ACCOUNT, region, name).orElseThrow();
        if (!secret.replicas().isEmpty() && kind != ModelStep.Kind.FOREIGN_UNTAG) {
            // AWS would not do it.
            return "";
        }
        ForeignSecret change = ForeignSecret.named(name).in(SecretsManagerEmulator.ACCOUNT, region);
        switch (kind) {
            case FOREIGN_FORCED_DELETE -> {
                service.aws.deleteForeign(SecretsManagerEmulator.ACCOUNT, region, name);
                if (random.nextBoolean()) {
                    service.aws.putForeign(ForeignSecret.named(name)
                            .in(SecretsManagerEmulator.ACCOUNT, region)
                            .value(foreignValue(name, random)));
                }
            }
            case FOREIGN_DELETE -> service.aws.putForeign(change.deleted(Duration.ofDays(7)));
            case FOREIGN_RESTORE -> service.aws.putForeign(change);
            default -> {
                String tag = one(List.copyOf(secret.tags().keySet()), random);
                if (tag == null) {
                    return "";
                }
                service.aws.putForeign(change.withoutTag(tag));
            }
        }
        return "somebody: " + kind + " " + region + " " + name;
    }

    /** Somebody has a secret copied elsewhere, or no longer copied to where a sync wants it. */
    private String foreignReplica(Random random) {
        String name = one(names(REGIONS.get(0), false), random);
        if (name == null || awsFails || awsSlow) {
            return "";
        }
        Secret secret = service.aws
                .secret(SecretsManagerEmulator.ACCOUNT, REGIONS.get(0), name)
                .orElseThrow();
        if (secret.owningService() != null || secret.primaryRegion() != null) {
            return "";
        }
        List<String> there =
                secret.replicas().stream().map(Secret.Replica::region).toList();
        String removed = random.nextBoolean() ? one(there, random) : null;
        if (removed != null) {
            somebody.removeRegionsFromReplication(
                    request -> request.secretId(name).removeReplicaRegions(removed));
            oracle.replicaRemoved(secret);
            return "somebody: no replica of " + name + " in " + removed;
        }
        somebody.replicateSecretToRegions(request -> request.secretId(name)
                .addReplicaRegions(
                        ReplicaRegionType.builder().region(FOREIGN_REPLICA).build()));
        return "somebody: a replica of " + name + " in " + FOREIGN_REPLICA;
    }

    private String foreignPolicy(Random random) {
        String name = one(names(REGIONS.get(0), false), random);
        if (name == null || awsFails || awsSlow) {
            return "";
        }
        Secret secret = service.aws
                .secret(SecretsManagerEmulator.ACCOUNT, REGIONS.get(0), name)
                .orElseThrow();
        if (secret.owningService() != null || secret.primaryRegion() != null) {
            return "";
        }
        oracle.policyTouched(secret);
        if (random.nextBoolean()) {
            somebody.deleteResourcePolicy(request -> request.secretId(name));
            return "somebody: no policy of " + name;
        }
        String policy;
        try {
            policy = new ObjectMapper().writeValueAsString(Map.of("Statement", ModelSync.statement(FOREIGN_ACCOUNT)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        somebody.putResourcePolicy(request -> request.secretId(name).resourcePolicy(policy));
        return "somebody: a policy of " + name;
    }

    private List<String> names(String region, boolean deleted) {
        return service.aws.secrets(SecretsManagerEmulator.ACCOUNT, region).stream()
                .filter(secret -> secret.isDeleted() == deleted)
                .map(Secret::name)
                .toList();
    }

    private String awsFault(Random random) {
        awsFails = true;
        Kind kind = one(
                List.of(
                        Kind.THROTTLE,
                        Kind.INTERNAL_500,
                        Kind.UNAVAILABLE_503,
                        Kind.ACCESS_DENIED,
                        Kind.ENCRYPTION_FAILURE,
                        Kind.LIMIT_EXCEEDED,
                        Kind.DROP_BEFORE,
                        Kind.DROP_AFTER,
                        Kind.DROP_AFTER),
                random);
        String operation = random.nextInt(4) == 0 ? one(READS, random) : one(WRITES, random);
        int after = random.nextInt(2);
        int times = 1 + random.nextInt(2);
        service.aws.inject(ai.hanzo.kms.secretsync.emulator.Fault.of(kind)
                .operation(operation)
                .after(after)
                .times(times));
        return kind + " for " + times + " " + operation + " after " + after;
    }

    private void theKmsAnswers() {
        service.kms.clearFaults();
        sourceFails = false;
        foldersFail = false;
    }

    private void calmDown() {
        theKmsAnswers();
        service.kms.setApprovals(false);
        kmsRefuses = false;
        hide(false);
        List.copyOf(vanished.keySet()).forEach(this::comeBack);
        service.aws.clearFaults();
        service.aws.versionQuota(100);
        service.aws.listLag(Duration.ZERO);
        denied.forEach(service.aws::allow);
        disabledKeys.forEach(id ->
                REGIONS.forEach(region -> service.aws.enableKmsKey(SecretsManagerEmulator.ACCOUNT, region, id, true)));
        denied.clear();
        disabledKeys.clear();
        awsFails = false;
        awsSlow = false;
        lag = Duration.ZERO;
        // What it could not learn while calls failed it would only ask again after a minute.
        keys.forget(UUID.fromString(connection));
    }

    // Runs

    private String runApproved(ModelSync sync) {
        State before = state();
        boolean approved = (sync.requireApproval
                                ? approvePlan(sync)
                                : service.api()
                                        .send(
                                                "POST",
                                                Operations.SYNCS + sync.id + "/sync-secrets?approveDeletions=true",
                                                null))
                        .status()
                == 200;
        oracle.nothingChanged("an approval of " + sync, before, state());
        // Deletions are approved of at all destinations, a whole plan at the one that it is of.
        if (approved && !sync.requireApproval) {
            otherOf(sync).ifPresent(other -> other.approved = true);
        }
        return approved ? run(sync, true) : "no plan to approve for " + sync.label;
    }

    /** Approves of what the plan is now; where there is nothing to approve, that is refused. */
    private ApiClient.Answer approvePlan(ModelSync sync) {
        ApiClient.Answer plan = service.api().send("GET", Operations.SYNCS + sync.id + "/plan", null);
        if (plan.status() != 200) {
            return plan;
        }
        String digest = plan.json().at("/plan/approval/planDigest").asText("0".repeat(64));
        return service.api().send("POST", Operations.SYNCS + sync.id + "/approve-plan", Map.of("planDigest", digest));
    }

    private String dryRun(ModelSync sync, boolean thenRun) {
        State before = state();
        ApiClient.Answer answer =
                service.api().send("POST", Operations.SYNCS + sync.id + "/sync-secrets?dryRun=true", null);
        oracle.nothingChanged("a dry run of " + sync, before, state());
        if (answer.text().contains(MARKER)) {
            throw new AssertionError("A dry run of " + sync + " shows a value: " + answer.text());
        }
        if (answer.status() != 200 || !thenRun || !calm()) {
            return "dry run of " + sync.label + ": " + answer.status();
        }
        JsonNode plan = answer.json().path("plan");
        boolean blocked = plan.path("blocked").isObject();
        runs.request(sync.id, RunReason.MANUAL);
        String run = run(sync, false);
        oracle.asPlanned(sync, plan, blocked, before, state());
        return "as planned, " + run;
    }

    private String importRefused(ModelSync sync) {
        ApiClient.Answer answer = service.api()
                .send("POST", Operations.SYNCS + sync.id + "/import-secrets?importBehavior=prioritize-source", null);
        if (answer.status() != 400) {
            throw new AssertionError("An import of " + sync + " is not refused: " + answer.text());
        }
        return sync.label + " takes sub-folders, and imports nothing";
    }

    /** Carries out what the sync was asked for: all at once, as Quartz would one after the other. */
    private String run(ModelSync sync, boolean approved) {
        StringBuilder told = new StringBuilder();
        for (OperableTrigger trigger : due(sync)) {
            State before = state();
            service.aws.clearJournal();
            service.kms.clearRequests();
            SyncState status = status(sync);
            fire(trigger);
            if (awsSlow) {
                // What the service has given up is still carried out.
                LockSupport.parkNanos(SLOW.toNanos());
            }
            ModelOracle.Ended run = new ModelOracle.Ended(
                    sync,
                    trigger.getJobDataMap().getString("action"),
                    trigger.getJobDataMap().getString("reason"),
                    service.aws.count("ListSecrets") > 0,
                    status.initial(),
                    approved || sync.approved,
                    before,
                    state());
            told.append(run.action())
                    .append(" of ")
                    .append(sync.label)
                    .append(": ")
                    .append(status(sync).syncStatus())
                    .append(' ')
                    .append(service.aws.writes().stream()
                            .map(call -> call.operation() + " " + call.secretName()
                                    + (call.errorCode() == null ? "" : " " + call.errorCode()))
                            .toList());
            String message = status(sync).lastSyncMessage();
            told.append(message == null ? "" : " " + message);
            oracle.judge(run);
            sync.approved &= !run.action().equals("sync");
        }
        return told.toString();
    }

    private List<OperableTrigger> due(ModelSync sync) {
        return transactions.execute(status -> {
            try {
                List<OperableTrigger> due = new ArrayList<>();
                for (Trigger trigger : scheduler.getTriggersOfJob(job(sync))) {
                    if (trigger.getKey().getGroup().startsWith("runs-")) {
                        scheduler.unscheduleJob(trigger.getKey());
                        due.add((OperableTrigger) trigger);
                    }
                }
                return due;
            } catch (SchedulerException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static JobKey job(ModelSync sync) {
        return new JobKey(sync.id.toString(), "runs");
    }

    private void fire(OperableTrigger trigger) {
        try {
            JobDetail detail = transactions.execute(status -> {
                try {
                    return scheduler.getJobDetail(trigger.getJobKey());
                } catch (SchedulerException e) {
                    throw new IllegalStateException(e);
                }
            });
            Job job = new StatefulCamelJob();
            job.execute(new JobExecutionContextImpl(
                    scheduler,
                    new TriggerFiredBundle(detail, trigger, null, false, new Date(), new Date(), null, null),
                    job));
        } catch (SchedulerException e) {
            throw new AssertionError("The route let an exception out", e);
        }
    }

    /** Faults stop: within a few runs everything is as the options say, and the next runs have nothing to do. */
    void converge() {
        calmDown();
        service.aws.clock().advance(Duration.ofHours(25));
        String last = "";
        int quiet = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            State before = state();
            StringBuilder told = new StringBuilder();
            for (ModelSync sync : List.copyOf(syncs)) {
                runs.request(sync.id, round == 0 ? RunReason.RETRY : RunReason.MANUAL);
                told.append("\n    ").append(run(sync, false));
                String message = status(sync).lastSyncMessage();
                if (message != null
                        && (message.contains("approveDeletions=true") || message.contains("approve-plan"))) {
                    told.append("\n    ").append(runApproved(sync));
                }
            }
            last = told.toString();
            // A run that changes nothing may still learn that another sync's secret is gone.
            quiet = ModelOracle.same(before, state()) ? quiet + 1 : 0;
            if (quiet == 2) {
                oracle.converged();
                return;
            }
        }
        throw new AssertionError("Still changing after " + MOST_ROUNDS + " rounds, the last of them:" + last);
    }

    /** The calls of one more run. */
    List<Call> once(ModelSync sync) {
        runs.request(sync.id, RunReason.MANUAL);
        run(sync, false);
        return service.aws.journal();
    }

    // Words

    static String shown(Secret secret) {
        return secret == null
                ? "nothing"
                : secret.region() + " " + secret.name() + " = "
                        + (secret.secretString() == null
                                ? "(none or binary)"
                                : secret.secretString().length() > 60 ? "(long)" : secret.secretString())
                        + " " + secret.tags() + (secret.kmsKeyId() == null ? "" : " key " + secret.kmsKeyId())
                        + (secret.isDeleted() ? " DELETED" : "")
                        + (secret.owningService() == null ? "" : " of " + secret.owningService())
                        + (secret.primaryRegion() == null ? "" : " replica")
                        + (Boolean.TRUE.equals(secret.rotationEnabled()) ? " rotated" : "")
                        + (secret.replicas().isEmpty() ? "" : " " + secret.replicas())
                        + (secret.resourcePolicy() == null ? "" : " policy " + secret.resourcePolicy())
                        + (secret.description() == null ? "" : " " + secret.description())
                        + " " + secret.versions().size() + " versions";
    }

    private static <T> T one(List<T> all, Random random) {
        int choice = random.nextInt(Integer.MAX_VALUE);
        return all.isEmpty() ? null : all.get(choice % all.size());
    }
}
