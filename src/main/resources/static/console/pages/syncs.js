// The syncs of a project: how each stands, and what happens next.

import { h, icon, reconcile, replace, setText } from "../dom.js";
import { field } from "../form.js";
import { badge, count, moment } from "../format.js";
import { live } from "../live.js";
import { MAPPING, source, state, withoutCall, word } from "../words.js";

const EVERY = 4_000;
const EVERY_WHILE_BUSY = 1_500;

const FILTERS = [
  { value: "", label: "Every status" },
  { value: "failed", label: "Failed" },
  { value: "busy", label: "Pending or running" },
  { value: "succeeded", label: "Synced" },
  { value: "paused", label: "Paused" },
  { value: "never", label: "Never synced" },
];

export async function render(page, { api, project, query, setTitle, signal, announce }) {
  setTitle("Secret Syncs");
  if (!project) {
    page.append(h("h1", {}, "Secret Syncs"), noProject());
    return;
  }

  let syncs = [];
  let schedules = new Map();
  let everythingPaused = null;
  let etag = null;
  let shown = null;

  const search = field({ path: "", label: "Search", plain: true, attributes: { type: "search", placeholder: "Name, path, secret or connection" }, oninput: draw });
  search.element.classList.add("search");
  const filter = field({ path: "", label: "Status", plain: true, type: "select", choices: FILTERS, value: query.get("status") ?? "", oninput: draw });

  const summary = h("p", { class: "muted", role: "status" });
  const rows = h("tbody", {});
  const table = h(
    "table",
    { class: "stacked" },
    h("caption", { class: "visually-hidden" }, `Secret Syncs of ${project.name}`),
    h(
      "thead",
      {},
      h("tr", {}, ["Name", "Status", "Source", "Destination", "Last sync", "Next poll"].map((name) => h("th", { scope: "col" }, name))),
    ),
    rows,
  );
  const list = h("div", { class: "card flush" }, h("div", { class: "table-wrap" }, table));
  const nothing = h("div", { class: "card empty", hidden: true }, icon("search"), h("h2", {}, "No sync fits"), h("p", {}, "Search for something else, or choose another status."));
  const pausedNotice = h("div", { class: "notice warn", hidden: true }, icon("pause"), h("div", {}, h("p", {})));
  const trouble = h("div", { class: "notice warn", role: "status", hidden: true }, icon("warning"), h("p", {}));
  const content = h("div", { class: "stack" }, pausedNotice, h("div", { class: "toolbar" }, search.element, filter.element), summary, list, nothing);
  const empty = emptyState();
  content.hidden = true;
  empty.hidden = true;

  function fits(sync) {
    const wanted = filter.value;
    const [status] = state(sync, paused(sync));
    const group = { pending: "busy", running: "busy", blocked: "failed" }[status] ?? status;
    if (wanted && group !== wanted) {
      return false;
    }
    const words = search.value.trim().toLowerCase();
    const text = [sync.name, sync.description, sync.environment?.slug, sync.environment?.name, sync.folder?.path, sync.connection.name]
      .concat(Object.values(sync.destinationConfig), sync.syncOptions.keySchema)
      .filter((each) => typeof each === "string")
      .join(" ")
      .toLowerCase();
    return words.split(/\s+/).every((each) => text.includes(each));
  }

  function paused(sync) {
    return Boolean(everythingPaused || schedules.get(sync.id)?.paused);
  }

  function draw() {
    const wanted = syncs.filter(fits).sort((a, b) => a.name.localeCompare(b.name));
    reconcile(rows, wanted, (sync) => sync.id, () => row());
    const failed = syncs.filter((sync) => sync.syncStatus === "failed").length;
    const text = `${wanted.length === syncs.length ? count(syncs.length, "sync") : `${wanted.length} of ${count(syncs.length, "sync")}`}${failed ? `, ${failed} failed` : ""}`;
    setText(summary, text);
    content.hidden = syncs.length === 0;
    empty.hidden = syncs.length > 0;
    list.hidden = wanted.length === 0;
    nothing.hidden = wanted.length > 0;
    pausedNotice.hidden = !everythingPaused;
    setText(
      pausedNotice.querySelector("p"),
      everythingPaused ? `Everything is paused${everythingPaused.reason ? `: ${everythingPaused.reason}` : ""}. No sync runs until that is resumed.` : "",
    );
    tellChanges();
  }

  /** What went well or wrong since the last look is said to those who do not see it. */
  function tellChanges() {
    const now = new Map(syncs.map((sync) => [sync.id, sync.syncStatus]));
    if (shown) {
      for (const sync of syncs) {
        const before = shown.get(sync.id);
        if (before && before !== sync.syncStatus && ["succeeded", "failed"].includes(sync.syncStatus)) {
          announce(`${sync.name}: ${sync.syncStatus === "failed" ? "failed" : "synced"}`);
        }
      }
    }
    shown = now;
  }

  function row() {
    const name = h("a", { class: "name" });
    const off = h("div", { class: "sub" });
    const status = badge("never");
    const message = h("div", { class: "sub clamp" });
    const environment = h("div", {});
    const path = h("div", { class: "sub mono" });
    const target = h("div", {});
    const targetDetail = h("div", { class: "sub" });
    const last = moment(null, "Never");
    const next = moment(null, undefined, { due: true });
    const nextNote = h("div", { class: "sub" });
    const element = h(
      "tr",
      {},
      h("td", {}, name, off),
      h("td", { class: "status", "data-label": "Status" }, h("div", {}, status.element, message)),
      h("td", { "data-label": "Source" }, h("div", {}, environment, path)),
      h("td", { "data-label": "Destination" }, h("div", {}, target, targetDetail)),
      h("td", { "data-label": "Last sync" }, h("div", {}, last.element)),
      h("td", { "data-label": "Next poll" }, h("div", {}, next.element, nextNote)),
    );
    return {
      element,
      update(sync) {
        name.href = `#/syncs/${sync.id}`;
        setText(name, sync.name);
        setText(off, sync.description);
        status.update(...state(sync, paused(sync)));
        setText(message, sync.syncStatus === "failed" ? withoutCall(sync.lastSyncMessage ?? "") : "");
        const from = source(sync);
        setText(environment, from.gone ? "The folder is gone" : from.environment);
        setText(path, from.path);
        setText(target, `${sync.connection.name} · ${sync.destinationConfig.region}`);
        setText(targetDetail, sync.destinationConfig.secretName ?? word(MAPPING, sync.destinationConfig.mappingBehavior));
        last.update(sync.lastSyncedAt, "Never");
        const schedule = schedules.get(sync.id);
        const retry = schedule?.nextRetryAt;
        next.update(sync.isAutoSyncEnabled && !paused(sync) ? schedule?.nextPollAt ?? null : null, sync.isAutoSyncEnabled ? "–" : "Auto-sync is off");
        setText(nextNote, retry && sync.syncStatus === "failed" ? "tries again before that" : "");
        nextNote.hidden = !nextNote.textContent || !schedule?.nextPollAt || new Date(retry) > new Date(schedule.nextPollAt);
      },
    };
  }

  async function look() {
    try {
      const [found, schedule, pauses] = await Promise.all([
        api.getIfChanged("/secret-syncs", { projectId: project.id }, etag, signal),
        api.get("/secret-syncs/schedule", { projectId: project.id }, signal),
        api.get("/secret-syncs/pauses", null, signal),
      ]);
      etag = found.etag;
      if (found.body) {
        syncs = found.body.secretSyncs;
      }
      schedules = new Map(schedule.schedules.map((each) => [each.syncId, each]));
      everythingPaused = pauses.pauses.find((each) => each.everything) ?? null;
      trouble.hidden = true;
      draw();
    } catch (error) {
      if (error.name === "ApiError") {
        trouble.hidden = false;
        setText(trouble.querySelector("p"), `What you see may be old. ${error.message}`);
      }
      throw error;
    }
  }

  await look();
  page.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "grow" }, h("h1", {}, "Secret Syncs"), h("p", { class: "lead" }, `What of ${project.name} is kept in step with AWS Secrets Manager.`)),
      h("a", { class: "button primary", href: "#/syncs/new" }, icon("plus"), "Add Sync"),
    ),
    trouble,
    content,
    empty,
  );
  live(look, { every: () => (syncs.some((sync) => ["pending", "running"].includes(sync.syncStatus)) ? EVERY_WHILE_BUSY : EVERY), signal });
}

function emptyState() {
  return h(
    "div",
    { class: "card empty" },
    icon("syncs"),
    h("h2", {}, "Nothing is synced yet"),
    h("p", {}, "A sync keeps the secrets of one KMS folder in step with AWS Secrets Manager. First you say how AWS is reached, with a connection; then which folder goes where. You see what would happen before anything does."),
    h(
      "div",
      { class: "actions" },
      h("a", { class: "button primary", href: "#/syncs/new" }, icon("plus"), "Add Sync"),
      h("a", { class: "button", href: "#/connections" }, "Connections"),
    ),
  );
}

function noProject() {
  return h(
    "div",
    { class: "card empty" },
    icon("folder"),
    h("h2", {}, "There is no project that you may see"),
    h("p", {}, "Give your identity access to a project in the KMS, and log in again."),
  );
}
