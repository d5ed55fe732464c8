// One sync: how it stands, what it is set to, what its runs did, and what can be done with it.

import { ApiError } from "../api.js";
import { ask } from "../dialog.js";
import { h, icon, reconcile, replace, setText } from "../dom.js";
import { field } from "../form.js";
import { absolute, badge, count, duration, moment } from "../format.js";
import { live } from "../live.js";
import { changes, departures, planView } from "../plan-view.js";
import { ACTION, INITIAL_SYNC, MAPPING, REASON, TAG_MODE, afterMove, breadcrumb, busy, codes, facts, furtherDestinations, needsApproval, source, state, withoutCall, word } from "../words.js";

const SYNCS = "/secret-syncs/aws-secrets-manager/";
const EVERY = 4_000;
const EVERY_WHILE_BUSY = 1_500;
const RUNS = 10;

export async function render(page, { api, params, projects, choose, navigate, announce, setTitle, signal }) {
  const path = SYNCS + encodeURIComponent(params.syncId);
  let sync = (await api.get(path, null, signal)).secretSync;
  let pause = null;
  let schedule = null;
  let before = null;
  let gone = false;
  await choose(sync.projectId);

  // What is there once, and is told what is new.
  const status = badge("never");
  const last = moment(null, "never");
  const next = moment(null, "", { due: true });
  const nextLabel = h("span", {});
  const heading = h("h1", {}, sync.name);
  const description = h("p", { class: "lead" });
  const notices = h("div", { class: "stack", "aria-live": "polite" });
  const placeRows = h("tbody", {});
  const places = h(
    "section",
    { class: "card flush", "aria-labelledby": "places-heading", hidden: true },
    h("div", { class: "card-head" }, h("h2", { id: "places-heading" }, "Destinations")),
    h(
      "div",
      { class: "table-wrap" },
      h(
        "table",
        { class: "stacked" },
        h("caption", { class: "visually-hidden" }, "Destinations of this sync"),
        h("thead", {}, h("tr", {}, ["Where", "Status", "Last sync"].map((name) => h("th", { scope: "col" }, name)))),
        placeRows,
      ),
    ),
  );
  const trouble = h("div", { class: "notice warn", role: "status", hidden: true }, icon("warning"), h("p", {}));
  const options = h("div", {});
  const runRows = h("tbody", {});
  const runsEmpty = h("p", { class: "muted pad" }, "It has not run yet.");
  const more = h("button", { type: "button", class: "small", onclick: () => showMore() }, "Show more runs");
  const runsTotal = h("span", { class: "muted" });
  let wantedRuns = RUNS;

  const buttons = {
    sync: button("Sync now", askSync, "primary"),
    pause: button("Pause", askPause),
    import: button("Import…", askImport),
    remove: button("Remove secrets…", askRemove),
    delete: button("Delete…", askDelete, "danger"),
  };

  function button(label, onclick, style) {
    return h("button", { type: "button", class: style, onclick }, label);
  }

  const planBody = h("div", { "aria-live": "polite" }, h("p", { class: "muted" }, "What a run would create, update, delete and leave alone, by name. Looking changes nothing."));
  const planButton = h("button", { type: "button", class: "small", onclick: showPlan }, "Show the plan");
  const policyBody = h("div", {}, h("p", { class: "muted" }, "The smallest IAM policy with which this sync works, for the user or role of its connection."));
  const policyButton = h("button", { type: "button", class: "small", onclick: showPolicy }, "Show the policy");

  function drawStatus() {
    setText(heading, sync.name);
    setText(description, sync.description);
    description.hidden = !sync.description;
    status.update(...state(sync, pause));
    last.update(sync.lastSyncedAt, "never");
    const polled = !pause && sync.isAutoSyncEnabled && schedule?.nextPollAt;
    next.update(polled ? schedule.nextPollAt : null, "");
    setText(nextLabel, polled ? " · next poll " : pause ? "" : sync.isAutoSyncEnabled ? "" : " · auto-sync is off");
    setText(buttons.pause, pause ? "Resume" : "Pause");
    buttons.import.hidden = false;
    const wanted = [];
    if (pause) {
      wanted.push({ key: "paused", tone: "warn", icon: "pause", title: pause.everything ? "Everything is paused" : pause.connectionId ? "Its connection is paused" : "This sync is paused", text: `${pause.reason ? `${pause.reason}. ` : ""}Since ${absolute(pause.since)}. What is asked for meanwhile waits.` });
    }
    if (source(sync).gone) {
      wanted.push({ key: "gone", tone: "bad", icon: "warning", title: "The source is gone", text: "Its environment or folder is no longer in the KMS. Choose another one with Edit; what is in AWS stays." });
    }
    if (sync.syncStatus === "failed") {
      const approval = needsApproval(sync.lastSyncMessage);
      wanted.push({
        key: `failed ${approval}`,
        tone: approval ? "warn" : "bad",
        icon: "warning",
        title: approval ? "It waits for your approval" : "The last sync failed",
        text: withoutCall(sync.lastSyncMessage ?? ""),
        note: schedule?.nextRetryAt ? `It tries again by itself ${absolute(schedule.nextRetryAt)}.` : null,
        action: approval ? ["Look and approve…", askApprove] : null,
      });
    }
    if (sync.importStatus === "failed") {
      wanted.push({ key: "import", tone: "bad", icon: "warning", title: "The last import failed", text: sync.lastImportMessage });
    }
    if (sync.removeStatus === "failed") {
      wanted.push({ key: "remove", tone: "bad", icon: "warning", title: "The last removal failed", text: sync.lastRemoveMessage });
    }
    for (const warning of sync.warnings ?? []) {
      wanted.push({ key: `warning ${warning}`, tone: "warn", icon: "info", title: "Take note", text: warning });
    }
    reconcile(notices, wanted, (each) => each.key, (each) => {
      const title = h("strong", {});
      const text = h("p", {});
      const note = h("p", {});
      return {
        element: h(
          "div",
          { class: `notice ${each.tone}` },
          icon(each.icon),
          h("div", {}, title, text, note, each.action ? h("p", { class: "notice-action" }, button(each.action[0], each.action[1])) : null),
        ),
        update(now) {
          setText(title, now.title);
          setText(text, now.text);
          setText(note, now.note);
          note.hidden = !now.note;
        },
      };
    });
    notices.hidden = wanted.length === 0;
    if (before && before !== sync.syncStatus && ["succeeded", "failed"].includes(sync.syncStatus)) {
      announce(sync.syncStatus === "failed" ? `The sync failed: ${sync.lastSyncMessage ?? ""}` : "Synced.");
    }
    before = sync.syncStatus;
  }

  let optionsShown = null;
  function drawOptions() {
    const shown = JSON.stringify([sync.syncOptions, sync.destinationConfig, sync.environment, sync.folder, sync.connection, sync.isAutoSyncEnabled]);
    if (shown === optionsShown) {
      return;
    }
    optionsShown = shown;
    const from = source(sync);
    const set = sync.syncOptions;
    replace(
      options,
      h(
        "div",
        { class: "columns" },
        h(
          "div",
          { class: "stack" },
          h("h3", {}, "Source"),
          facts([
            ["Project", projects.find((each) => each.id === sync.projectId)?.name ?? sync.projectId],
            ["Environment", from.environment ?? "is gone"],
            ["Secret path", from.path ? h("code", {}, from.path) : "is gone"],
            ["Sub-folders", set.includeAllSubFolders ? "Included" : null],
          ]),
          h("h3", {}, "Destination"),
          facts([
            ["Connection", h("a", { href: `#/connections/${sync.connection.id}` }, sync.connection.name)],
            ["Region", sync.destinationConfig.region],
            ["Mapping", word(MAPPING, sync.destinationConfig.mappingBehavior)],
            ["Also in", furtherDestinations(sync.destinationConfig.additionalDestinations, [])],
            ["Secret name", sync.destinationConfig.secretName ? h("code", {}, sync.destinationConfig.secretName) : null],
          ]),
        ),
        h(
          "div",
          { class: "stack" },
          h("h3", {}, "Options"),
          facts([
            ["Auto-sync", sync.isAutoSyncEnabled ? "On: follows the source by itself" : "Off: runs only when asked"],
            ["Initial sync", word(INITIAL_SYNC, set.initialSyncBehavior)],
            ["Key schema", set.keySchema ? h("code", {}, set.keySchema) : "None"],
            ["Deletion", set.disableSecretDeletion ? "Never deletes in AWS" : "Deletes what the source no longer has, recoverably"],
            ["KMS key", set.keyId ? h("code", {}, set.keyId) : "The account's default"],
            ["Tags", set.tags?.length ? h("div", { class: "tags" }, set.tags.map((tag) => h("span", { class: "tag" }, tag.value ? `${tag.key}: ${tag.value}` : tag.key))) : "None"],
            ["Metadata as tags", set.syncSecretMetadataAsTags ? "Yes" : "No"],
            ["Drift", set.driftBehavior === "report" ? "Recorded only" : "Corrected"],
            ["Tag mode", set.tagMode ? word(TAG_MODE, set.tagMode) : null],
            ["Approval", set.requireApproval ? "Needed before it deletes or takes over" : null],
            ["What is left behind", set.move ? afterMove(set.move) : null],
            ["Sharding", set.sharding ? "Divided where it is too large" : null],
            ["Only the keys", codes(set.keyRules?.include)],
            ["Not the keys", codes(set.keyRules?.exclude)],
            ["Other names", codes(set.keyRules?.rename?.map(({ from, to }) => `${from} → ${to}`))],
            ["Replicas", codes(set.replicaRegions?.map(({ region, keyId }) => (keyId ? `${region} (${keyId})` : region)))],
            ["Resource policy", set.resourcePolicy ? h("details", {}, h("summary", {}, "Put on every secret"), h("pre", { tabindex: "0", "aria-label": "Resource policy" }, JSON.stringify(set.resourcePolicy, null, 2))) : null],
          ]),
          others(set),
        ),
      ),
    );
  }

  function drawRuns(found) {
    reconcile(runRows, found.runs, (run) => run.id, () => runRow(sync.id));
    setText(runsTotal, found.totalCount ? `${found.totalCount.toLocaleString("en")} on record` : "");
    runsEmpty.hidden = found.runs.length > 0;
    runsTable.hidden = found.runs.length === 0;
    more.hidden = found.runs.length >= found.totalCount || wantedRuns >= 100;
  }

  const runsTable = h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "stacked" },
      h("caption", { class: "visually-hidden" }, "Runs, the latest first"),
      h("thead", {}, h("tr", {}, ["Started", "What", "Result", "Secrets", "Took"].map((name) => h("th", { scope: "col" }, name)))),
      runRows,
    ),
  );

  function showMore() {
    wantedRuns = Math.min(100, wantedRuns + 30);
    lookNow();
  }

  async function look() {
    if (gone) {
      return;
    }
    try {
      const several = Boolean(sync.destinationConfig.additionalDestinations);
      const [one, runs, schedules, pauses, destinations] = await Promise.all([
        api.get(path, null, signal),
        api.get(`${path}/runs`, { limit: wantedRuns }, signal),
        api.get("/secret-syncs/schedule", { projectId: sync.projectId }, signal),
        api.get("/secret-syncs/pauses", null, signal),
        several ? api.get(`${path}/destinations`, null, signal) : { destinations: [] },
      ]);
      sync = one.secretSync;
      schedule = schedules.schedules.find((each) => each.syncId === sync.id) ?? null;
      pause = pauses.pauses.find((each) => each.everything || each.syncId === sync.id || each.connectionId === sync.connectionId) ?? null;
      trouble.hidden = true;
      drawStatus();
      drawOptions();
      drawRuns(runs);
      reconcile(placeRows, destinations.destinations, (each) => each.id, () => placeRow());
      places.hidden = destinations.destinations.length < 2;
    } catch (error) {
      if (error.status === 404 && !signal.aborted) {
        gone = true;
        announce("The sync has been deleted.");
        navigate("/syncs");
        return;
      }
      if (error.name === "ApiError") {
        trouble.hidden = false;
        setText(trouble.querySelector("p"), `What you see may be old. ${error.message}`);
      }
      throw error;
    }
  }

  async function showPlan() {
    planButton.setAttribute("aria-disabled", "true");
    replace(planBody, h("p", { class: "busy-text" }, icon("syncs"), "Reading the source and looking at AWS…"));
    try {
      const { plan } = await api.get(`${path}/plan`, null, signal);
      replace(planBody, planView(plan, { open: true }), h("p", { class: "hint" }, `As of ${absolute(new Date())}.`));
      setText(planButton, "Look again");
    } catch (error) {
      replace(planBody, h("div", { class: "notice bad" }, icon("warning"), h("p", {}, error.message)));
      if (error.name !== "ApiError") {
        throw error;
      }
    } finally {
      planButton.removeAttribute("aria-disabled");
    }
  }

  async function showPolicy() {
    policyButton.setAttribute("aria-disabled", "true");
    try {
      replace(policyBody, policyView(await api.get(`${path}/iam-policy`, null, signal), announce));
      policyButton.hidden = true;
    } catch (error) {
      replace(policyBody, h("div", { class: "notice bad" }, icon("warning"), h("p", {}, error.message)));
      if (error.name !== "ApiError") {
        throw error;
      }
    } finally {
      policyButton.removeAttribute("aria-disabled");
    }
  }

  async function plan() {
    return (await api.get(`${path}/plan`, null, signal)).plan;
  }

  async function askSync() {
    const done = await ask({
      title: `Sync ${sync.name} now?`,
      content: async () => {
        const found = await plan();
        return [
          h("p", {}, found.blocked ? "A run would stop and change nothing:" : changes(found) ? "This is what a run would do:" : "A run would find nothing to do."),
          planView(found),
        ];
      },
      confirm: "Sync now",
      onconfirm: () => api.post(`${path}/sync-secrets`),
    });
    if (done) {
      announce("Sync asked for.");
      lookNow();
    }
  }

  /** The destination that waits for an approval, with its plan: the first, or an additional one. */
  function stopped(found) {
    return [{ id: sync.id, region: sync.destinationConfig.region, plan: found }, ...(found.destinations ?? [])].find(
      ({ plan: its }) => (its?.blocked && (its.approval || its.delete.length > 0)) || (its && departures(its, ["held"]).length > 0),
    );
  }

  async function askApprove() {
    let shown = null;
    const done = await ask({
      title: "Approve this plan?",
      content: async () => {
        const found = await plan();
        shown = stopped(found);
        if (!shown) {
          return { content: [h("p", {}, "There is nothing to approve any more: a run would not be stopped now."), planView(found)], disabled: true };
        }
        const here = { ...shown.plan, blocked: null, destinations: [] };
        if (shown.plan.approval) {
          return [h("p", {}, `The approval holds for one run and for exactly this plan in ${shown.region}: if there is another one by then, nothing is approved.`), planView(here, { open: true })];
        }
        return [
          h("p", {}, `${count(toDelete(here).length, "secret")} in AWS will be deleted, recoverably, because the source no longer has them${departures(here).length ? ", or because the sync left them behind and their grace period is over" : ""}. The approval holds for exactly these: if others are to be deleted by then, the run stops again.`),
          h("ul", { class: "names", tabindex: "0", "aria-label": "Secrets to delete" }, toDelete(here).map((name) => h("li", { class: "mono" }, name))),
          otherChanges(here),
        ];
      },
      confirm: "Approve and sync",
      danger: true,
      onconfirm: async () => {
        const at = SYNCS + encodeURIComponent(shown.id);
        if (shown.plan.approval) {
          await api.post(`${at}/approve-plan`, { planDigest: shown.plan.approval.planDigest });
          return;
        }
        // The API approves what the plan of that moment deletes; a person approves what they have seen.
        const now = stopped(await plan());
        if (now?.id !== shown.id || JSON.stringify(toDelete(now.plan)) !== JSON.stringify(toDelete(shown.plan))) {
          throw new ApiError(409, "What would be deleted has changed meanwhile, and nothing was approved. Cancel, and look again.");
        }
        await api.post(`${at}/sync-secrets`, undefined, { approveDeletions: true });
      },
    });
    if (done) {
      announce("Approved; the sync runs.");
      lookNow();
    }
  }

  async function askImport() {
    const behavior = field({
      path: "importBehavior",
      label: "Where both have a secret and the values differ",
      type: "radios",
      required: true,
      value: "prioritize-source",
      choices: [
        { value: "prioritize-source", label: "Keep the KMS's value", hint: "Only what the KMS does not have is brought in." },
        { value: "prioritize-destination", label: "Take AWS's value", hint: "Values in the KMS are overwritten by those in AWS. The KMS keeps the versions before." },
      ],
    });
    const done = await ask({
      title: `Import from AWS into the KMS?`,
      content: [h("p", {}, `What the names of this sync cover in ${sync.destinationConfig.region} is read and written into ${source(sync).path ?? "the folder"} of ${source(sync).environment ?? "the environment"} in the KMS. AWS is not changed.`), behavior.element],
      confirm: "Import",
      onconfirm: () => api.post(`${path}/import-secrets`, undefined, { importBehavior: behavior.value }),
    });
    if (done) {
      announce("Import asked for.");
      lookNow();
    }
  }

  async function askRemove() {
    const done = await ask({
      title: `Remove the secrets of ${sync.name} from AWS?`,
      content: [
        h("p", {}, `Every AWS secret in ${sync.destinationConfig.region} that this sync put there is scheduled for deletion, and can be restored until the recovery window ends. The KMS is not changed, and the sync stays.`),
        sync.isAutoSyncEnabled ? h("div", { class: "notice warn" }, icon("warning"), h("p", {}, "Auto-sync is on: the next change of the source puts them back. Pause the sync, or turn auto-sync off, if that is not what you want.")) : null,
      ],
      confirm: "Remove secrets",
      danger: true,
      onconfirm: () => api.post(`${path}/remove-secrets`),
    });
    if (done) {
      announce("Removal asked for.");
      lookNow();
    }
  }

  async function askPause() {
    if (pause) {
      const what = pause.everything ? { everything: true } : pause.connectionId ? { connectionId: pause.connectionId } : { syncId: sync.id };
      const done = await ask({
        title: pause.everything ? "Resume everything?" : pause.connectionId ? "Resume all syncs of its connection?" : `Resume ${sync.name}?`,
        content: h("p", {}, pause.everything ? "All syncs of all projects run again." : pause.connectionId ? `All syncs of the connection ${sync.connection.name} run again.` : "It runs again, beginning with what was asked for meanwhile."),
        confirm: "Resume",
        onconfirm: () => api.post("/secret-syncs/resume", what),
      });
      if (done) {
        announce("Resumed.");
        lookNow();
      }
      return;
    }
    const reason = field({ path: "reason", label: "Reason", hint: "Shown to everyone who looks at this sync.", attributes: { maxlength: 256 } });
    const done = await ask({
      title: `Pause ${sync.name}?`,
      content: [h("p", {}, "A run under way makes no further change within a second. Nothing is changed in AWS until the sync is resumed; what is asked for meanwhile waits."), reason.element],
      confirm: "Pause",
      onconfirm: () => api.post("/secret-syncs/pause", reason.value.trim() ? { syncId: sync.id, reason: reason.value.trim() } : { syncId: sync.id }),
    });
    if (done) {
      announce("Paused.");
      lookNow();
    }
  }

  async function askDelete() {
    const secrets = field({
      path: "removeSecrets",
      label: "Its secrets in AWS",
      type: "radios",
      required: true,
      value: "false",
      choices: [
        { value: "false", label: "Leave them in AWS", hint: "They stay as they are, and nobody keeps them up to date any more." },
        { value: "true", label: "Remove them too", hint: "They are scheduled for deletion first, recoverably; the sync goes once that is done." },
      ],
    });
    const done = await ask({
      title: `Delete ${sync.name}?`,
      content: [h("p", {}, "The sync and the record of its runs are deleted; the audit trail keeps what happened. The KMS is not changed."), secrets.element],
      confirm: "Delete sync",
      danger: true,
      onconfirm: () => api.delete(path, { removeSecrets: secrets.value }),
    });
    if (!done) {
      return;
    }
    if (secrets.value === "true") {
      announce("Removal asked for; the sync goes once its secrets are gone.");
      lookNow();
    } else {
      gone = true;
      announce("Deleted.");
      navigate("/syncs");
    }
  }

  setTitle(sync.name);
  await look();
  if (gone) {
    return;
  }
  page.append(
    breadcrumb(["Secret Syncs", "/syncs"], [sync.name, ""]),
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "grow" }, h("div", { class: "title" }, heading, status.element), description, h("p", { class: "muted" }, "Last sync ", last.element, nextLabel, next.element)),
      h("div", { class: "actions" }, buttons.sync, h("a", { class: "button", href: `#/syncs/${sync.id}/edit` }, "Edit"), buttons.pause),
    ),
    trouble,
    notices,
    h("section", { class: "card", "aria-labelledby": "settings-heading" }, h("h2", { id: "settings-heading" }, "Settings"), options),
    places,
    h("section", { class: "card", "aria-labelledby": "plan-heading" }, h("div", { class: "card-head" }, h("h2", { id: "plan-heading" }, "Plan"), planButton), planBody),
    h(
      "section",
      { class: "card flush", "aria-labelledby": "runs-heading" },
      h("div", { class: "card-head" }, h("h2", { id: "runs-heading" }, "Runs"), runsTotal),
      runsEmpty,
      runsTable,
      h("div", { class: "pad" }, more),
    ),
    h("section", { class: "card", "aria-labelledby": "policy-heading" }, h("div", { class: "card-head" }, h("h2", { id: "policy-heading" }, "Permissions in AWS"), policyButton), policyBody),
    h(
      "section",
      { class: "card", "aria-labelledby": "more-heading" },
      h("h2", { id: "more-heading" }, "More"),
      doing("Import", "Bring what is in AWS into the KMS.", buttons.import),
      doing("Remove secrets", "Take out of AWS, recoverably, what this sync put there. The sync stays.", buttons.remove),
      doing("Delete", "Delete the sync, with or without its secrets in AWS.", buttons.delete),
    ),
  );
  const lookNow = live(look, { every: () => (busy(sync) ? EVERY_WHILE_BUSY : EVERY), signal });
}

/** What an approval lets the run delete. */
function toDelete(plan) {
  return [...plan.delete, ...departures(plan).map(({ name, region }) => `${name} (${region})`)];
}

function otherChanges(plan) {
  const others = changes(plan) - plan.delete.length - departures(plan, ["due"]).length;
  return others ? h("p", {}, `The run also makes ${count(others, "other change")}: ${plan.create.length} to create, ${plan.update.length} to update, ${plan.restore.length + plan.adopt.length + plan.retag.length} to restore, adopt or tag.`) : null;
}

function doing(title, text, button) {
  return h("div", { class: "doing" }, h("div", { class: "grow" }, h("h3", {}, title), h("p", { class: "muted" }, text)), button);
}

/** Options that this page has no words for are shown as they are. */
function others(set) {
  const known = ["initialSyncBehavior", "keySchema", "disableSecretDeletion", "keyId", "tags", "syncSecretMetadataAsTags", "driftBehavior", "keyRules", "replicaRegions", "tagMode", "requireApproval", "sharding", "includeAllSubFolders", "resourcePolicy", "move"];
  const rest = Object.entries(set).filter(([name]) => !known.includes(name));
  return rest.length ? facts(rest.map(([name, value]) => [name, h("code", {}, typeof value === "string" ? value : JSON.stringify(value))])) : null;
}

function placeRow() {
  const where = h("strong", {});
  const connection = h("div", { class: "sub" });
  const status = badge("never");
  const message = h("div", { class: "sub clamp" });
  const last = moment(null, "Never");
  return {
    element: h(
      "tr",
      {},
      h("td", {}, where, connection),
      h("td", { class: "status", "data-label": "Status" }, h("div", {}, status.element, message)),
      h("td", { "data-label": "Last sync" }, h("div", {}, last.element)),
    ),
    update(place) {
      setText(where, place.region);
      setText(connection, place.connectionName + (place.isDropped ? ", taken out of the sync" : ""));
      status.update(...state({ ...place, importStatus: null }, false));
      setText(message, place.syncStatus === "failed" ? withoutCall(place.lastSyncMessage ?? "") : "");
      last.update(place.lastSyncedAt, "Never");
    },
  };
}

function runRow(syncId) {
  const started = moment(null);
  const link = h("a", { class: "name" }, started.element);
  const what = h("span", {});
  const reason = h("div", { class: "sub" });
  const result = badge("running");
  const message = h("div", { class: "sub clamp" });
  const secrets = h("span", {});
  const took = h("span", {});
  return {
    element: h(
      "tr",
      {},
      h("td", {}, link),
      h("td", { "data-label": "What" }, h("div", {}, what, reason)),
      h("td", { class: "status", "data-label": "Result" }, h("div", {}, result.element, message)),
      h("td", { "data-label": "Secrets" }, secrets),
      h("td", { "data-label": "Took" }, took),
    ),
    update(run) {
      link.href = `#/syncs/${syncId}/runs/${run.id}`;
      started.update(run.startedAt);
      setText(what, word(ACTION, run.action));
      setText(reason, word(REASON, run.reason));
      result.update(run.status, run.status === "succeeded" ? "Succeeded" : undefined);
      setText(message, withoutCall(run.message ?? ""));
      setText(secrets, run.counts ? counts(run.counts) : "–");
      setText(took, run.finishedAt ? duration(new Date(run.finishedAt) - new Date(run.startedAt)) : "–");
    },
  };
}

/** "3 changed, 12 unchanged, 1 failed": what there is none of is left out. */
export function counts({ succeeded, unchanged, skipped, failed }) {
  const said = [
    [succeeded, "changed"],
    [unchanged, "unchanged"],
    [skipped, "left alone"],
    [failed, "failed"],
  ]
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number.toLocaleString("en")} ${words}`);
  return said.length ? said.join(", ") : "–";
}

/** A policy to copy, with the reason of each statement. */
export function policyView(answer, announce) {
  const text = JSON.stringify(answer.policy, null, 2);
  const copy = h(
    "button",
    {
      type: "button",
      class: "small",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          setText(label, "Copied");
          announce("The policy has been copied.");
        } catch {
          // Without https the browser does not let a page copy.
          getSelection().selectAllChildren(block);
          setText(label, "Selected: copy it with the keyboard");
          announce("The policy is selected. Copy it with the keyboard.");
        }
      },
    },
    icon("copy"),
  );
  const label = h("span", {}, "Copy the policy");
  copy.append(label);
  const block = h("pre", { tabindex: "0", "aria-label": "IAM policy" }, text);
  return h(
    "div",
    { class: "stack" },
    (answer.warnings ?? []).map((warning) => h("div", { class: "notice warn" }, icon("warning"), h("p", {}, warning))),
    block,
    h("div", { class: "actions" }, copy, h("span", { class: "muted" }, `${answer.characters.toLocaleString("en")} characters without white space`)),
    h("details", {}, h("summary", {}, "Why each statement is in it"), facts(answer.statements.map(({ sid, reason }) => [sid, reason]))),
    answer.omitted.length
      ? h("details", {}, h("summary", {}, "What is left out on purpose"), facts(answer.omitted.map(({ actions, reason }) => [actions.join(", "), reason])))
      : null,
  );
}
