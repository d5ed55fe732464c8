package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.LeastPrivilege;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/**
 * Puts a view into the envelope of its operation and makes it the response: status 200, always, and a Content-Type that clients
 * take for JSON. Called from the routes, with the view as body.
 */
@Component("apiAnswers")
public class ApiAnswers {
    static final String JSON = "application/json; charset=utf-8";

    private static final Map<String, Object> SYNC_OPTION = Map.of(
            "name", "AWS Secrets Manager",
            "connection", "aws",
            "destination", "aws-secrets-manager",
            "canImportSecrets", true);
    private static final Map<String, Object> CONNECTION_OPTION = Map.of(
            "name", "AWS", "app", "aws", "methods", List.of(ConnectionMethod.ASSUME_ROLE, ConnectionMethod.ACCESS_KEY));

    private final ApiJson json;

    ApiAnswers(ApiJson json) {
        this.json = json;
    }

    public void secretSync(SecretSyncView sync, Exchange exchange) {
        answer(exchange, Map.of("secretSync", sync));
    }

    public void secretSyncs(Collection<SecretSyncView> syncs, Exchange exchange) {
        answer(exchange, Map.of("secretSyncs", syncs));
    }

    public void secretSyncOptions(Exchange exchange) {
        answer(exchange, Map.of("secretSyncOptions", List.of(SYNC_OPTION)));
    }

    public void projects(Collection<ProjectView> projects, Exchange exchange) {
        answer(exchange, Map.of("projects", projects));
    }

    public void folders(Collection<FolderView> folders, Exchange exchange) {
        answer(exchange, Map.of("folders", folders));
    }

    public void schedules(Collection<ScheduleView> schedules, Exchange exchange) {
        answer(exchange, Map.of("schedules", schedules));
    }

    public void checkedDraft(CheckedDraftView checked, Exchange exchange) {
        answer(exchange, checked);
    }

    public void plan(PlanView plan, Exchange exchange) {
        answer(exchange, Map.of("plan", plan));
    }

    public void destinations(Collection<DestinationView> destinations, Exchange exchange) {
        answer(exchange, Map.of("destinations", destinations));
    }

    public void iamPolicy(LeastPrivilege privilege, Exchange exchange) {
        answer(exchange, privilege);
    }

    public void connectionCheck(ConnectionCheckView check, Exchange exchange) {
        answer(exchange, Map.of("check", check));
    }

    /** @param total how many there are on all pages */
    public void runs(Collection<RunView> runs, int total, Exchange exchange) {
        answer(exchange, Map.of("runs", runs, "totalCount", total));
    }

    public void run(RunView run, Exchange exchange) {
        answer(exchange, Map.of("run", run));
    }

    /** @param total how many there are on all pages */
    public void audit(Collection<AuditEntryView> entries, int total, Exchange exchange) {
        answer(exchange, Map.of("auditEntries", entries, "totalCount", total));
    }

    public void checkedDestination(CheckedDestinationView checked, Exchange exchange) {
        answer(exchange, checked);
    }

    public void pauses(Collection<PauseView> pauses, Exchange exchange) {
        answer(exchange, Map.of("pauses", pauses));
    }

    public void appConnection(AppConnectionView connection, Exchange exchange) {
        answer(exchange, Map.of("appConnection", connection));
    }

    public void appConnections(Collection<AppConnectionView> connections, Exchange exchange) {
        answer(exchange, Map.of("appConnections", connections));
    }

    public void availableConnections(Collection<AvailableConnectionView> connections, Exchange exchange) {
        answer(exchange, Map.of("appConnections", connections));
    }

    public void appConnectionOptions(Exchange exchange) {
        answer(exchange, Map.of("appConnectionOptions", List.of(CONNECTION_OPTION)));
    }

    public void kmsKeys(Collection<KmsKeyView> keys, Exchange exchange) {
        answer(exchange, Map.of("kmsKeys", keys));
    }

    private void answer(Exchange exchange, Object envelope) {
        answer(exchange, 200, json.write(envelope));
    }

    /** Nothing about what the notice will lead to: that is between the service and whoever may use the project. */
    public void noticeReceived(Exchange exchange) {
        answer(exchange, Map.of("received", true));
    }

    static void answer(Exchange exchange, int status, byte[] body) {
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        // Camel would otherwise answer with the request's.
        message.setHeader(Exchange.CONTENT_TYPE, JSON);
        message.setBody(body);
    }
}
