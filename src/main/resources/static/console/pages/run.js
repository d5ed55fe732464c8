// What one run did, secret by secret, with the remedy where it failed.

import { h, icon, reconcile, replace, setText } from "../dom.js";
import { field } from "../form.js";
import { absolute, badge, count, duration } from "../format.js";
import { live } from "../live.js";
import { ACTION, CHANGE, REASON, breadcrumb, facts, withoutCall, word } from "../words.js";
import { counts } from "./sync.js";

const EVERY = 1_000;
const SHOWN = 200;

export async function render(page, { api, params, choose, setTitle, signal }) {
  const path = `/secret-syncs/aws-secrets-manager/${encodeURIComponent(params.syncId)}`;
  const { secretSync: sync } = await api.get(path, null, signal);
  await choose(sync.projectId);

  const status = badge("running");
  const message = h("div", { class: "notice", hidden: true }, icon("info"), h("p", {}));
  const about = h("div", {});
  const rows = h("tbody", {});
  const note = h("p", { class: "muted pad", role: "status" });
  const only = field({
    path: "",
    label: "Show",
    type: "select",
    plain: true,
    choices: [
      { value: "", label: "Every secret that it did not find right" },
      { value: "failed", label: "Failed" },
      { value: "skipped", label: "Left alone" },
      { value: "succeeded", label: "Changed" },
    ],
    oninput: () => draw(),
  });
  let run;

  async function look() {
    run = (await api.get(`${path}/runs/${encodeURIComponent(params.runId)}`, null, signal)).run;
    draw();
  }

  function draw() {
    status.update(run.status, run.status === "succeeded" ? "Succeeded" : undefined);
    message.hidden = !run.message;
    message.className = `notice ${run.status === "failed" ? "bad" : ""}`;
    setText(message.querySelector("p"), withoutCall(run.message ?? ""));
    replace(
      about,
      facts([
        ["What", `${word(ACTION, run.action)}: ${word(REASON, run.reason)}`],
        ["Started", absolute(run.startedAt)],
        ["Took", run.finishedAt ? duration(new Date(run.finishedAt) - new Date(run.startedAt)) : run.status === "running" ? "not finished yet" : "cut off"],
        ["Secrets", run.counts ? counts(run.counts) : null],
        ["Calls to AWS", run.awsCalls === null ? null : run.awsCalls.toLocaleString("en")],
      ]),
    );
    const order = { failed: 0, skipped: 1, succeeded: 2, unchanged: 3 };
    const wanted = run.outcomes
      .filter((outcome) => !only.value || outcome.result === only.value)
      .sort((a, b) => order[a.result] - order[b.result] || a.name.localeCompare(b.name));
    reconcile(rows, wanted.slice(0, SHOWN), (outcome) => `${outcome.name} ${outcome.change}`, outcomeRow);
    table.hidden = wanted.length === 0;
    setText(
      note,
      wanted.length === 0 ? "None." : wanted.length > SHOWN ? `The first ${SHOWN} of ${count(wanted.length, "secret")}, failed ones first.` : "",
    );
    note.hidden = !note.textContent;
  }

  const table = h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "stacked" },
      h("caption", { class: "visually-hidden" }, "Secrets of this run"),
      h("thead", {}, h("tr", {}, ["Secret", "Change", "Result", "Why, and what to do"].map((name) => h("th", { scope: "col" }, name)))),
      rows,
    ),
  );

  await look();
  setTitle(`Run of ${sync.name}`);
  page.append(
    breadcrumb(["Secret Syncs", "/syncs"], [sync.name, `/syncs/${sync.id}`], ["Run", ""]),
    h("div", { class: "title" }, h("h1", {}, `Run of ${absolute(run.startedAt)}`), status.element),
    message,
    h("section", { class: "card", "aria-label": "About the run" }, about),
    h("section", { class: "card flush", "aria-labelledby": "outcomes" }, h("div", { class: "card-head" }, h("h2", { id: "outcomes" }, "Secrets"), only.element), table, note),
  );
  only.element.classList.add("inline");
  if (run.status === "running") {
    const running = new AbortController();
    signal.addEventListener("abort", () => running.abort());
    live(
      async () => {
        await look();
        if (run.status !== "running") {
          running.abort();
        }
      },
      { every: EVERY, signal: running.signal },
    );
  }
}

function outcomeRow() {
  const name = h("span", { class: "mono" });
  const change = h("span", {});
  const result = badge("succeeded", "Done");
  const why = h("div", {});
  const remedy = h("div", { class: "remedy" });
  const code = h("div", { class: "sub" });
  return {
    element: h(
      "tr",
      {},
      h("td", { class: "names-column" }, name),
      h("td", { "data-label": "Change" }, change),
      h("td", { "data-label": "Result" }, h("div", {}, result.element)),
      h("td", { class: "wide", "data-label": "Why" }, h("div", {}, why, remedy, code)),
    ),
    update(outcome) {
      setText(name, outcome.name);
      setText(change, word(CHANGE, outcome.change));
      result.update(outcome.result, outcome.result === "succeeded" ? "Done" : outcome.result === "skipped" ? "Left alone" : outcome.result === "unchanged" ? "Unchanged" : undefined);
      setText(why, outcome.message);
      setText(remedy, outcome.remedy);
      setText(code, outcome.errorCode);
    },
  };
}
