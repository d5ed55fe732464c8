// The fields of a sync that few need: which keys it takes and what it calls them, what happens to tags, who must approve, and the like.

import { h } from "./dom.js";
import { field, rowsField } from "./form.js";
import { TAG_MODE } from "./words.js";

/** Of a field for one of them. */
export function regionChoices(regions) {
  return [{ value: "", label: "Choose a region" }, ...regions.map((each) => ({ value: each, label: each }))];
}

/** The same in rows. */
export function regionColumn(regions) {
  return { label: "Region", choices: regionChoices(regions), name: "region", missing: "Choose its region." };
}

/** For how long both are kept, where a change of settings leaves secrets behind; see {@link moveOf}. */
export function graceField({ label, value, oninput }) {
  return field({
    path: "syncOptions.move.graceDays",
    label,
    hint: "What a change of region, connection, key schema or secret name leaves behind is deleted, recoverably, this many days after all that takes its place is there. Empty: it stays.",
    value: value ?? "",
    attributes: { inputmode: "numeric", maxlength: 3 },
    oninput,
  });
}

/** The `syncOptions.move` that a {@link graceField} says; null where what is left behind stays. */
export function moveOf(grace) {
  const days = grace.value.trim();
  return days ? { graceDays: /^\d+$/.test(days) ? Number(days) : days } : null;
}

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

  const rename = rowsField({
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
  const replicas = rowsField({
    path: "syncOptions.replicaRegions",
    label: "Replica regions",
    hint: "AWS copies every secret of the sync there. Replicas that somebody else made are not touched.",
    add: "Add a region",
    remove: "Remove this region",
    word: "Region",
    columns: [
      regionColumn(regions),
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

  const move = graceField({ label: "Move: days for which both are kept", value: set.move?.graceDays, oninput: () => onchange("syncOptions.move.graceDays") });

  const resourcePolicy = field({
    path: "syncOptions.resourcePolicy",
    label: "Resource policy",
    type: "textarea",
    hint: "A JSON object, put on every secret of the sync. It is checked with AWS, and never put if it lets everybody in.",
    value: set.resourcePolicy ? JSON.stringify(set.resourcePolicy, null, 2) : "",
    attributes: { class: "mono", rows: 8, spellcheck: "false" },
    oninput: () => onchange("syncOptions.resourcePolicy"),
  });
  resourcePolicy.explain = (issue) => {
    const said = json(resourcePolicy.value);
    return said.problem ? `This is not JSON: ${said.problem}` : issue.message;
  };

  const all = [include, exclude, rename, replicas, tagMode, requireApproval, sharding, move, resourcePolicy];
  const used = Boolean(
    set.keyRules || set.replicaRegions?.length || set.tagMode || set.requireApproval || set.sharding || set.move || set.resourcePolicy,
  );
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
    if (tagMode.value === "replace" && !wanted.tags) {
      // Without tags of its own the sync leaves none.
      wanted.tags = [];
    }
    given("requireApproval", requireApproval.value, false);
    given("sharding", sharding.value, false);
    const wantedMove = moveOf(move);
    if (wantedMove) {
      wanted.move = wantedMove;
    } else {
      delete wanted.move;
    }
    if (resourcePolicy.value.trim()) {
      wanted.resourcePolicy = json(resourcePolicy.value).value;
    } else {
      delete wanted.resourcePolicy;
    }
  }

  return { element, all, put };
}

/** What a text says as JSON; what is none stays a text, which the API refuses. */
function json(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { value: text, problem: error.message };
  }
}
