// Who changed what in the project, and when: page by page, the latest first.

import { h, icon, replace, setText } from "../dom.js";
import { absolute, count } from "../format.js";
import { REASON, facts, word } from "../words.js";

const PAGE = 25;

const EVENT = {
  "create-secret-sync": "Sync created",
  "update-secret-sync": "Sync changed",
  "delete-secret-sync": "Sync deleted",
  "request-sync-secrets": "Sync asked for",
  "request-import-secrets": "Import asked for",
  "request-remove-secrets": "Removal asked for",
  "approve-deletions": "Deletions approved",
  "approve-plan": "Plan approved",
  "secret-sync-sync-secrets": "Sync ran",
  "secret-sync-import-secrets": "Import ran",
  "secret-sync-remove-secrets": "Removal ran",
  "pause-secret-sync": "Sync paused",
  "resume-secret-sync": "Sync resumed",
  "create-app-connection": "Connection created",
  "update-app-connection": "Connection changed",
  "delete-app-connection": "Connection deleted",
  "pause-app-connection": "Connection paused",
  "resume-app-connection": "Connection resumed",
};

/** What a run did, of which the entry has the names. */
const DONE = ["created", "updated", "restored", "adopted", "retagged", "imported", "deleted", "failed"];

export async function render(page, { api, project, query, setTitle, signal }) {
  setTitle("Audit");
  page.append(h("div", {}, h("h1", {}, "Audit"), h("p", { class: "lead" }, project ? `Who changed what in ${project.name}, and when. Entries are bound to each other by hashes, and cannot be changed here.` : "")));
  if (!project) {
    return;
  }
  const offset = Math.max(0, Number.parseInt(query.get("offset") ?? "0", 10) || 0);
  const [{ auditEntries, totalCount }, { secretSyncs }] = await Promise.all([
    api.get("/audit", { projectId: project.id, limit: PAGE, offset }, signal),
    api.get("/secret-syncs", { projectId: project.id }, signal),
  ]);
  const names = new Map(secretSyncs.map((sync) => [sync.id, sync.name]));
  if (auditEntries.length === 0) {
    page.append(h("div", { class: "card empty" }, icon("audit"), h("h2", {}, offset ? "There are no older entries" : "Nothing has happened yet")));
    return;
  }
  const rows = auditEntries.map((entry) =>
    h(
      "tr",
      {},
      h("td", {}, h("time", { datetime: entry.at, class: "fixed" }, absolute(entry.at)), h("div", { class: "sub" }, `No. ${entry.number.toLocaleString("en")}`)),
      h("td", { "data-label": "What" }, h("div", {}, h("div", {}, EVENT[entry.event] ?? sentence(entry.event)), subject(entry.details, names), outcome(entry.details))),
      h("td", { "data-label": "Who" }, h("div", {}, h("span", { class: "mono" }, entry.actor), entry.address ? h("div", { class: "sub" }, `from ${entry.address}`) : null)),
      h("td", { "data-label": "Details" }, details(entry)),
    ),
  );
  page.append(
    h(
      "div",
      { class: "card flush" },
      h(
        "div",
        { class: "table-wrap" },
        h(
          "table",
          { class: "stacked" },
          h("caption", { class: "visually-hidden" }, `Audit entries of ${project.name}`),
          h("thead", {}, h("tr", {}, ["When", "What", "Who", "Details"].map((name) => h("th", { scope: "col" }, name)))),
          h("tbody", {}, rows),
        ),
      ),
    ),
    h(
      "nav",
      { class: "pages", "aria-label": "Pages" },
      pageLink("Newer", offset - PAGE, offset > 0),
      h("span", { class: "muted" }, `${offset + 1} to ${offset + auditEntries.length} of ${count(totalCount, "entry", "entries")}`),
      pageLink("Older", offset + PAGE, offset + auditEntries.length < totalCount),
    ),
  );

  function pageLink(label, to, there) {
    return there ? h("a", { class: "button small", href: `#/audit?project=${encodeURIComponent(project.id)}&offset=${Math.max(0, to)}` }, label) : h("span", {});
  }
}

/** `create-secret-sync` is "Create secret sync". */
function sentence(event) {
  const words = event.replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/** The sync or connection that an entry is about; a link where it is still there. */
function subject(details, names) {
  const known = names.get(details?.syncId);
  if (known) {
    return h("div", { class: "sub" }, h("a", { href: `#/syncs/${details.syncId}${details.runId ? `/runs/${details.runId}` : ""}` }, known));
  }
  return typeof details?.name === "string" ? h("div", { class: "sub" }, details.name) : null;
}

/** How a run ended, in numbers. */
function outcome(details) {
  if (!details?.runId) {
    return null;
  }
  const done = DONE.filter((kind) => Array.isArray(details[kind]) && details[kind].length).map((kind) => `${details[kind].length.toLocaleString("en")} ${kind}`);
  return h("div", { class: "sub" }, [details.status, word(REASON, details.reason), done.join(", ")].filter(Boolean).join(" · "));
}

function details(entry) {
  const shown = h("details", {}, h("summary", {}, "Show", h("span", { class: "visually-hidden" }, ` details of no. ${entry.number}`)));
  shown.append(
    h("pre", { tabindex: "0", "aria-label": "Details" }, JSON.stringify(entry.details, null, 2)),
    facts([
      ["Request", entry.requestId],
      ["Hash", h("code", {}, entry.hash)],
    ]),
  );
  return shown;
}
