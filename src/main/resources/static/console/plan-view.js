// What a run would do, by name: the same on the page of a sync, before it is done, and in the wizard.

import { h, icon } from "./dom.js";
import { count } from "./format.js";
import { withoutCall } from "./words.js";

const KINDS = [
  ["create", "to create", "To create", "good"],
  ["update", "to update", "To update", ""],
  ["restore", "to restore", "To restore", "good"],
  ["adopt", "to adopt", "To adopt: nobody's until now, and the sync's from then on", ""],
  ["retag", "to tag anew", "To tag anew, without a new value", ""],
  ["replicate", "with other replicas", "Replicas to change", ""],
  ["changePolicy", "with another policy", "Resource policy to put or remove", ""],
  ["delete", "to delete", "To delete, recoverably", "bad"],
];

/** How many secrets a plan changes, at all destinations. */
export function changes(plan) {
  // One that is adopted may be updated too.
  const here = new Set(KINDS.flatMap(([kind]) => plan[kind] ?? [])).size + departures(plan, ["due"]).length;
  return (plan.destinations ?? []).reduce((sum, each) => sum + (each.plan ? changes(each.plan) : 0), here);
}

/** How many of them are deletions. */
export function deletions(plan) {
  return (plan.destinations ?? []).reduce((sum, each) => sum + (each.plan ? deletions(each.plan) : 0), plan.delete.length + departures(plan, ["due"]).length);
}

/** What was left behind and the run deletes, or would if that were approved. */
export function departures(plan, states = ["due", "held"]) {
  return (plan.leftBehind ?? []).filter(({ state }) => states.includes(state));
}

/** How many secrets the settings do not lead to any more. */
export function leftBehind(plan) {
  return (plan.destinations ?? []).reduce((sum, each) => sum + (each.plan ? leftBehind(each.plan) : 0), plan.leftBehind?.length ?? 0);
}

/**
 * A plan, as numbers and names.
 *
 * @param {object} plan as the API answers it
 * @param {{open?: boolean}} [options] whether the names are shown at once
 * @returns {Element}
 */
export function planView(plan, { open = false } = {}) {
  const some = KINDS.filter(([kind]) => plan[kind]?.length > 0);
  return h(
    "div",
    { class: "plan" },
    plan.blocked ? h("div", { class: "notice warn" }, icon("warning"), h("p", {}, withoutCall(plan.blocked.reason))) : null,
    (plan.warnings ?? []).map((warning) => h("div", { class: "notice warn" }, icon("warning"), h("p", {}, warning))),
    some.length === 0 && departures(plan).length === 0 ? h("p", {}, icon("check"), " Nothing to do: AWS is as it should be.") : null,
    h(
      "ul",
      { class: "plan-counts" },
      some.map(([kind, words, , tone]) => h("li", { class: tone }, h("strong", {}, plan[kind].length.toLocaleString("en")), ` ${words}`)),
      [
        ["due", " left behind, to delete"],
        ["held", " left behind, held until approved"],
      ].map(([state, words]) => {
        const those = departures(plan, [state]).length;
        return those ? h("li", { class: "bad" }, h("strong", {}, those.toLocaleString("en")), words) : null;
      }),
      plan.skipped.length ? h("li", {}, h("strong", {}, plan.skipped.length.toLocaleString("en")), " left alone") : null,
      h("li", {}, h("strong", {}, plan.unchanged.toLocaleString("en")), " unchanged"),
    ),
    some.map(([kind, , title]) => names(title, plan[kind], (name) => h("li", { class: "mono" }, name, keys(plan, name)), open && plan[kind].length <= 50)),
    names("Called otherwise", plan.renamed, ({ secretKey, key }) => h("li", { class: "mono" }, `${secretKey} → ${key}`), open),
    names("Left alone", plan.skipped, ({ name, reason }) => h("li", {}, h("span", { class: "mono" }, name), h("div", { class: "hint" }, reason)), open),
    names(
      "Left behind",
      plan.leftBehind,
      ({ name, region, reason }) => h("li", {}, h("span", { class: "mono" }, name), ` in ${region}`, h("div", { class: "hint" }, reason)),
      open,
    ),
    (plan.destinations ?? []).map((each) =>
      h(
        "section",
        { class: "further-plan", "aria-label": `Plan in ${each.region}` },
        h("h3", {}, `Also in ${each.region}`),
        each.plan ? planView(each.plan, { open }) : h("div", { class: "notice bad" }, icon("warning"), h("p", {}, each.error)),
      ),
    ),
  );
}

/** Secrets to unfold; nothing where there are none. */
function names(title, secrets, line, open) {
  return secrets?.length
    ? h(
        "details",
        { open },
        h("summary", {}, `${title} (${count(secrets.length, "secret")})`),
        h("ul", { class: "names", tabindex: "0", "aria-label": title }, secrets.map(line)),
      )
    : null;
}

function keys(plan, name) {
  const changed = plan.changedKeys?.[name];
  return changed?.length ? h("div", { class: "hint" }, `Keys: ${changed.join(", ")}`) : null;
}
