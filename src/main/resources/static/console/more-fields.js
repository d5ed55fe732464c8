// The fields of a sync that few need: which keys it takes and what it calls them, what happens to tags, who must approve, and the like.

import { h, icon, replace } from "./dom.js";
import { field } from "./form.js";
import { TAG_MODE } from "./words.js";

let made = 0;

/**
 * @param {object} options
 * @param {object} options.set the `syncOptions` that are there
 * @param {string[]} options.regions
 * @param {function(string): void} options.onchange told the path of the field that was changed
 * @returns {{element: Element, all: Array, put: function(object)}} put writes what is chosen into `syncOptions`
 */
export function moreFields({ set, regions, onchange }) {
  const rules = set.keyRules ?? {};
  const include = patterns("include", "Only these keys", "Patterns, one in a line: * stands for any characters, ? for one. Empty for every key.", rules.include);
  const exclude = patterns("exclude", "Not these keys", "Patterns as well. What the sync wrote under a key that is left out is deleted, recoverably, unless deletion is disabled.", rules.exclude);

  function patterns(name, label, hint, lines = []) {
    const path = `syncOptions.keyRules.${name}`;
    const result = field({ path, label, hint, type: "textarea", value: (lines ?? []).join("\n"), attributes: { class: "mono" }, oninput: () => onchange(path) });
    result.explain = (issue) => (typeof issue.path[3] === "number" ? `Line ${issue.path[3] + 1}: ${issue.message}` : issue.message);
    return result;
  }

  const rename = rows({
    path: "syncOptions.keyRules.rename",
    label: "Other names for keys",
    hint: "The first that fits counts. Both sides have one *, or neither has. The key schema is applied afterwards.",
    add: "Add a name",
    remove: "Remove this name",
    word: "Name",
    columns: [
      { label: "In the KMS", attributes: { maxlength: 255 } },
      { label: "In AWS", attributes: { maxlength: 255 } },
    ],
    values: (rules.rename ?? []).map(({ from, to }) => [from, to]),
    onchange,
  });
  const replicas = rows({
    path: "syncOptions.replicaRegions",
    label: "Replica regions",
    hint: "AWS copies every secret of the sync there. Replicas that somebody else made are not touched.",
    add: "Add a region",
    remove: "Remove this region",
    word: "Region",
    columns: [
      { label: "Region", choices: ["", ...regions] },
      { label: "KMS key there (optional)", attributes: { maxlength: 256 } },
    ],
    values: (set.replicaRegions ?? []).map(({ region, keyId }) => [region, keyId ?? ""]),
    onchange,
  });

  const tagMode = field({
    path: "syncOptions.tagMode",
    label: "Tag mode",
    type: "select",
    hint: "What happens to the tags of a secret that is there already.",
    choices: [{ value: "", label: "As usual: set those of the sync, leave others" }, ...Object.entries(TAG_MODE).map(([value, label]) => ({ value, label }))],
    value: set.tagMode ?? "",
    oninput: () => onchange("syncOptions.tagMode"),
  });
  const requireApproval = field({
    path: "syncOptions.requireApproval",
    label: "Require approval",
    type: "checkbox",
    hint: "A run that would delete, or take over what was nobody's, stops until somebody approves exactly its plan.",
    value: set.requireApproval,
    oninput: () => onchange("syncOptions.requireApproval"),
  });
  const sharding = field({
    path: "syncOptions.sharding",
    label: "Sharding",
    type: "checkbox",
    hint: "With many to one: an object that is too large for AWS is divided among several secrets, with an index in its place.",
    value: set.sharding,
    oninput: () => onchange("syncOptions.sharding"),
  });

  const all = [include, exclude, rename, replicas, tagMode, requireApproval, sharding];
  const used = Boolean(set.keyRules || set.replicaRegions?.length || set.tagMode || set.requireApproval || set.sharding);
  const element = h(
    "details",
    { class: "more-fields", open: used },
    h("summary", {}, "More options"),
    h("div", { class: "form" }, all.map((each) => each.element)),
  );
  // A field that is to get the focus must be seen.
  for (const each of all) {
    const focus = each.focus;
    each.focus = () => {
      element.open = true;
      focus();
    };
  }

  function put(wanted) {
    const lines = (of) => of.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const found = { include: lines(include), exclude: lines(exclude), rename: rename.value.map(([from, to]) => ({ from, to })) };
    const said = Object.fromEntries(Object.entries(found).filter(([, values]) => values.length));
    if (Object.keys(said).length) {
      wanted.keyRules = said;
    } else {
      delete wanted.keyRules;
    }
    const copies = replicas.value.map(([region, keyId]) => (keyId ? { region, keyId } : { region }));
    if (copies.length || set.replicaRegions) {
      wanted.replicaRegions = copies;
    } else {
      delete wanted.replicaRegions;
    }
    const given = (name, value, without) => {
      if (value) {
        wanted[name] = value;
      } else if (name in set) {
        wanted[name] = without;
      } else {
        delete wanted[name];
      }
    };
    given("tagMode", tagMode.value, "upsert");
    given("requireApproval", requireApproval.value, false);
    given("sharding", sharding.value, false);
  }

  return { element, all, put };
}

/** Rows of two values each, which can be added and removed; behaves like a {@link field}. */
function rows({ path, label, hint, add, remove, word, columns, values, onchange }) {
  const id = `rows-${++made}`;
  const lines = h("div", { class: "tag-rows" });
  const error = h("div", { class: "field-error", id: `${id}-error`, hidden: true });
  const more = h("button", { type: "button", class: "small", onclick: () => line(["", ""]).focus() }, icon("plus"), add);
  const element = h(
    "fieldset",
    { class: "field", "aria-describedby": `${id}-hint ${id}-error` },
    h("legend", {}, label, h("span", { class: "optional" }, " (optional)")),
    h("div", { class: "hint", id: `${id}-hint` }, hint),
    lines,
    error,
    h("div", {}, more),
  );

  function line(given) {
    const controls = columns.map(({ choices, attributes }, i) => {
      const common = { id: `${id}-${++made}`, ...attributes };
      const control = choices
        ? h("select", { ...common, onchange: changed }, choices.map((choice) => h("option", { value: choice }, choice || "Choose a region")))
        : h("input", { ...common, autocomplete: "off", spellcheck: "false", oninput: changed });
      control.value = given[i];
      return control;
    });
    const element = h(
      "div",
      { class: "tag-row" },
      columns.map((column, i) => h("div", {}, h("label", { for: controls[i].id }, column.label), controls[i])),
      h(
        "button",
        {
          type: "button",
          class: "quiet small",
          onclick: () => {
            element.remove();
            changed();
            more.focus();
          },
        },
        icon("cross"),
        h("span", { class: "visually-hidden" }, remove),
      ),
    );
    lines.append(element);
    return controls[0];
  }

  function changed() {
    result.setError(null);
    onchange(path);
  }

  values.forEach(line);
  const result = {
    path,
    label,
    element,
    get value() {
      return [...lines.children]
        .map((each) => [...each.querySelectorAll("input, select")].map((control) => control.value.trim()))
        .filter((each) => each.some(Boolean));
    },
    explain(issue) {
      const number = issue.path[path.split(".").length];
      return typeof number === "number" ? `${word} ${number + 1}: ${issue.message}` : issue.message;
    },
    setError(message) {
      error.hidden = !message;
      replace(error, message ? [icon("warning"), h("span", {}, message)] : null);
    },
    focus() {
      (lines.querySelector("input, select") ?? more).focus();
    },
  };
  return result;
}
