package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.audit.AuditEvent;
import ai.hanzo.kms.secretsync.audit.AuditTrail;
import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.connections.ConnectionAudit;
import ai.hanzo.kms.secretsync.runs.Origins;
import ai.hanzo.kms.secretsync.runs.Outcome;
import ai.hanzo.kms.secretsync.runs.PauseAudit;
import ai.hanzo.kms.secretsync.runs.PauseTarget;
import ai.hanzo.kms.secretsync.runs.Run;
import ai.hanzo.kms.secretsync.runs.RunAudit;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.RunStatus;
import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.KeyRules;
import ai.hanzo.kms.secretsync.sync.LeftBehind;
import ai.hanzo.kms.secretsync.sync.Origin;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.sync.Tag;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * What goes on record of syncs, connections and runs: settings, names and reasons, but never a value, a credential, or a text that
 * somebody wrote freely. Everything here is called in the transaction of what it records.
 *
 * <p>Every run is recorded, also one that found nothing to change. A poll that found its source unchanged is no run, and neither
 * is a look at the destination that found it as it should be.
 */
@Component
class Auditing implements ConnectionAudit, RunAudit, PauseAudit {
    /** Names in one entry; a run with more has several, so that none is left out and none grows beyond bounds. */
    static final int NAMES = 1_000;

    private final AuditTrail trail;
    private final Origins origins;
    private final SecretSyncs syncs;
    private final ObjectProvider<AppConnections> connections;

    Auditing(AuditTrail trail, Origins origins, SecretSyncs syncs, ObjectProvider<AppConnections> connections) {
        this.connections = connections;
        this.trail = trail;
        this.origins = origins;
        this.syncs = syncs;
    }

    // Syncs

    void created(SavedSync sync) {
        record("create-secret-sync", sync, Map.of("settings", settings(sync)));
    }

    void updated(SavedSync before, SavedSync after) {
        record("update-secret-sync", after, Map.of("changed", changed(before, after)));
    }

    void deleted(SavedSync sync) {
        deletedFor(origins.current(), sync);
    }

    /** @param origin who asked for it, when that was a while ago */
    void deletedFor(Origin origin, SavedSync sync) {
        record("delete-secret-sync", sync, origin, Map.of());
    }

    /** What is deleted by this approval is recorded by the run that does it. */
    void approved(SavedSync sync, Plan plan) {
        List<String> names = Stream.concat(
                        plan.changes().stream()
                                .filter(Change.Delete.class::isInstance)
                                .map(Change::name),
                        departures(plan))
                .toList();
        parts(names.size())
                .forEach(part -> record(
                        "approve-deletions",
                        sync,
                        part.of(Map.of("deletions", names.subList(part.from(), part.to())))));
    }

    /** A whole plan: what it deletes and takes over by name, all of it by its digest. */
    void approved(SavedSync sync, Plan plan, String digest) {
        List<Approved> approved = Stream.concat(
                        plan.changes().stream()
                                .filter(Plan::needsApproval)
                                .map(change -> new Approved(change.name(), change instanceof Change.Delete)),
                        departures(plan).map(name -> new Approved(name, true)))
                .toList();
        parts(approved.size()).forEach(part -> {
            Map<Boolean, List<String>> names = approved.subList(part.from(), part.to()).stream()
                    .collect(Collectors.partitioningBy(
                            Approved::deletion, Collectors.mapping(Approved::name, Collectors.toList())));
            record(
                    "approve-plan",
                    sync,
                    part.of(Map.of("planDigest", digest, "deletions", names.get(true), "adoptions", names.get(false))));
        });
    }

    private record Approved(String name, boolean deletion) {}

    /** What goes because it was left behind; where it is not in the region of the sync, that is told as well. */
    private static Stream<String> departures(Plan plan) {
        return plan.leftBehind().stream()
                .filter(LeftBehind::isOver)
                .map(left -> left.name() + " (" + left.region() + ")");
    }

    /** @param action {@link ai.hanzo.kms.secretsync.runs.RunAction#word()} */
    void asked(SavedSync sync, String action, Map<String, ?> details) {
        record("request-" + action + "-secrets", sync, details);
    }

    private void record(String event, SavedSync sync, Map<String, ?> details) {
        record(event, sync, origins.current(), details);
    }

    private void record(String event, SavedSync sync, Origin origin, Map<String, ?> details) {
        Map<String, Object> all = new TreeMap<>(details);
        all.put("syncId", sync.id());
        all.put("name", sync.name());
        trail.record(new AuditEvent(event, null, sync.source().projectId(), origin, all));
    }

    /** Settings whose values differ; of the description only that it does. */
    private static Map<String, Object> changed(SavedSync before, SavedSync after) {
        Map<String, Object> was = settings(before);
        Map<String, Object> is = settings(after);
        Map<String, Object> changed = new TreeMap<>();
        is.forEach((name, value) -> {
            if (!Objects.equals(was.get(name), value)) {
                Map<String, Object> step = new LinkedHashMap<>();
                step.put("from", was.get(name));
                step.put("to", value);
                changed.put(name, step);
            }
        });
        if (!Objects.equals(before.description(), after.description())) {
            changed.put("description", Map.of());
        }
        return changed;
    }

    private static Map<String, Object> settings(SavedSync sync) {
        Destination destination = sync.destination();
        SyncOptions options = sync.options();
        Map<String, Object> settings = new TreeMap<>();
        settings.put("name", sync.name());
        settings.put("environment", sync.source().environment());
        settings.put("secretPath", sync.source().secretPath());
        settings.put("connectionId", destination.connectionId());
        settings.put("region", destination.region());
        settings.put("mappingBehavior", destination.mappingBehavior());
        settings.put("secretName", destination.secretName());
        settings.put("additionalDestinations", additional(sync));
        settings.put("isAutoSyncEnabled", sync.autoSyncEnabled());
        settings.put("initialSyncBehavior", options.initialSyncBehavior().wireName());
        settings.put("keySchema", options.keySchema());
        settings.put("disableSecretDeletion", options.disableSecretDeletion());
        settings.put("keyId", options.keyId());
        settings.put(
                "tags",
                options.tags() == null
                        ? null
                        : options.tags().stream().map(Tag::key).sorted().toList());
        settings.put("syncSecretMetadataAsTags", options.syncSecretMetadataAsTags());
        settings.put(
                "driftBehavior",
                options.driftBehavior() == null ? null : options.driftBehavior().wireName());
        settings.put("keyRules", rules(options.keyRules()));
        settings.put("replicaRegions", replicas(options));
        settings.put("resourcePolicy", options.resourcePolicy());
        settings.put("sharding", options.sharding());
        settings.put(
                "tagMode", options.tagMode() == null ? null : options.tagMode().wireName());
        settings.put("requireApproval", options.requireApproval());
        settings.put("includeAllSubFolders", options.includeAllSubFolders());
        settings.put(
                "move",
                options.move() == null
                        ? null
                        : Map.of("graceDays", options.move().graceDays()));
        return settings;
    }

    private static List<Map<String, String>> additional(SavedSync sync) {
        if (sync.additionalDestinations() == null) {
            return null;
        }
        return sync.additionalDestinations().stream()
                .map(place -> {
                    Map<String, String> told = new TreeMap<>(Map.of("region", place.region()));
                    told.put(
                            "connectionId",
                            place.connectionOr(sync.destination().connectionId())
                                    .toString());
                    if (place.keyId() != null) {
                        told.put("keyId", place.keyId());
                    }
                    return told;
                })
                .toList();
    }

    private static Map<String, Object> rules(KeyRules rules) {
        if (rules == null) {
            return null;
        }
        Map<String, Object> all = new TreeMap<>();
        all.put("include", rules.include());
        all.put("exclude", rules.exclude());
        all.put(
                "rename",
                rules.rename() == null
                        ? null
                        : rules.rename().stream().map(KeyRules.Rename::toString).toList());
        return all;
    }

    private static List<Map<String, String>> replicas(SyncOptions options) {
        if (options.replicaRegions() == null) {
            return null;
        }
        return options.replicaRegions().stream()
                .map(replica -> replica.keyId() == null
                        ? Map.of("region", replica.region())
                        : Map.of("region", replica.region(), "keyId", replica.keyId()))
                .toList();
    }

    // Connections

    @Override
    public void created(AppConnection connection) {
        record(
                "create-app-connection",
                connection,
                Map.of("method", connection.method().wireName()));
    }

    @Override
    public void updated(AppConnection before, AppConnection after) {
        List<String> changed = new ArrayList<>();
        if (!before.name().equals(after.name())) {
            changed.add("name");
        }
        if (!Objects.equals(before.description(), after.description())) {
            changed.add("description");
        }
        if (before.credentialsRevision() != after.credentialsRevision()) {
            changed.add("credentials");
        }
        record("update-app-connection", after, Map.of("changed", changed, "nameBefore", before.name()));
    }

    @Override
    public void deleted(AppConnection connection) {
        record("delete-app-connection", connection, Map.of());
    }

    private void record(String event, AppConnection connection, Map<String, ?> details) {
        Map<String, Object> all = new TreeMap<>(details);
        all.put("connectionId", connection.id());
        all.put("name", connection.name());
        if (connection.accountId() != null) {
            all.put("accountId", connection.accountId());
        }
        trail.record(new AuditEvent(event, connection.orgId(), connection.projectId(), origins.current(), all));
    }

    // Pauses

    @Override
    public void paused(PauseTarget target) {
        record("pause", target);
    }

    @Override
    public void resumed(PauseTarget target) {
        record("resume", target);
    }

    private void record(String verb, PauseTarget target) {
        switch (target.kind()) {
            case SYNC -> record(verb + "-secret-sync", syncs.get(target.id()), Map.of());
            case CONNECTION ->
                record(verb + "-app-connection", connections.getObject().get(target.id()), Map.of());
            case EVERYTHING ->
                trail.record(new AuditEvent(verb + "-everything", null, null, origins.current(), Map.of()));
        }
    }

    // Runs

    @Override
    public void ended(Run run, SecretSync sync, RunStatus status, String errorCode, List<Outcome> outcomes) {
        List<Outcome> told = outcomes.stream()
                .filter(outcome ->
                        outcome.result() == Outcome.Result.SUCCEEDED || outcome.failed() || onlyTold(outcome))
                .toList();
        if (run.reason() == RunReason.DRIFT && status == RunStatus.SUCCEEDED && told.isEmpty()) {
            return;
        }
        Map<String, Object> common = new TreeMap<>();
        common.put("runId", run.id());
        common.put("syncId", run.syncId());
        common.put("action", run.action().word());
        common.put("reason", run.reason().word());
        common.put("status", status.word());
        common.put("awsCalls", run.awsCalls().intValue());
        if (errorCode != null) {
            common.put("error", errorCode);
        }
        String projectId =
                sync == null ? projectOf(run.syncId()) : sync.source().projectId();
        for (Part part : parts(told.size())) {
            Map<String, Object> details = part.of(common);
            details.putAll(named(told.subList(part.from(), part.to())));
            record(run.action().word(), projectId, run.origin(), details);
        }
    }

    @Override
    public void interrupted(Interrupted run) {
        String projectId = projectOf(run.syncId());
        List<String> names = new ArrayList<>(run.written());
        names.addAll(run.begun());
        int written = run.written().size();
        for (Part part : parts(names.size())) {
            int border = Math.max(part.from(), Math.min(written, part.to()));
            Map<String, Object> details = part.of(Map.of(
                    "runId", run.id(),
                    "syncId", run.syncId(),
                    "action", run.action(),
                    "reason", run.reason(),
                    "status", RunStatus.FAILED.word(),
                    "error", "Interrupted",
                    "written", names.subList(part.from(), border),
                    "begun", names.subList(border, part.to())));
            record(run.action(), projectId, Origin.SYSTEM, details);
        }
    }

    private void record(String action, String projectId, Origin origin, Map<String, Object> details) {
        trail.record(new AuditEvent("secret-sync-" + action + "-secrets", null, projectId, origin, details));
    }

    /** Null where the sync was deleted in between. */
    private String projectOf(UUID syncId) {
        try {
            return syncs.get(syncId).source().projectId();
        } catch (Rejection deleted) {
            return null;
        }
    }

    /** Names by what became of them. */
    private static Map<String, Object> named(List<Outcome> outcomes) {
        Map<String, Object> named = new TreeMap<>(outcomes.stream()
                .filter(outcome -> !outcome.failed())
                .collect(Collectors.groupingBy(
                        outcome -> onlyTold(outcome) ? "drifted" : past(outcome.change()),
                        Collectors.mapping(Outcome::name, Collectors.toList()))));
        List<Map<String, String>> failed = outcomes.stream()
                .filter(Outcome::failed)
                .map(outcome -> Map.of(
                        "name", outcome.name(),
                        "change", outcome.change(),
                        "code", Objects.requireNonNullElse(outcome.errorCode(), "Unknown")))
                .toList();
        if (!failed.isEmpty()) {
            named.put("failed", failed);
        }
        return named;
    }

    private static boolean onlyTold(Outcome outcome) {
        return Outcome.DRIFT.equals(outcome.errorCode());
    }

    private static String past(String change) {
        return switch (change) {
            case "create" -> "created";
            case "update" -> "updated";
            case "delete" -> "deleted";
            case "restore" -> "restored";
            case "adopt" -> "adopted";
            case "retag" -> "retagged";
            case "change-kms-key" -> "kmsKeyChanged";
            case "import" -> "imported";
            default -> change;
        };
    }

    /** A stretch of a long list. */
    private record Part(int number, int of, int from, int to) {
        Map<String, Object> of(Map<String, ?> details) {
            Map<String, Object> all = new TreeMap<>(details);
            if (of > 1) {
                all.put("part", number);
                all.put("parts", of);
            }
            return all;
        }
    }

    private static List<Part> parts(int names) {
        int count = Math.max(1, (names + NAMES - 1) / NAMES);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new Part(i + 1, count, i * NAMES, Math.min(names, (i + 1) * NAMES)));
        }
        return parts;
    }
}
