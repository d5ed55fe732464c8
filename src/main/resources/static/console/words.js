// The words for what the API has as values, and what is known about a sync from several answers.

import { h } from "./dom.js";
import { count } from "./format.js";

export const INITIAL_SYNC = {
  "overwrite-destination": {
    label: "Overwrite destination",
    hint: "AWS becomes as the KMS is. What the sync's names cover in AWS and the KMS does not have is removed, recoverably.",
  },
  "import-prioritize-source": {
    label: "Import, prefer the KMS",
    hint: "What is only in AWS is first brought into the KMS. Where both have a secret, the KMS's value stays.",
  },
  "import-prioritize-destination": {
    label: "Import, prefer AWS",
    hint: "What is in AWS is first brought into the KMS. Where both have a secret, AWS's value replaces the KMS's.",
  },
};

export const MAPPING = {
  "one-to-one": { label: "One to one", hint: "Each KMS secret becomes an AWS secret of its own." },
  "many-to-one": { label: "Many to one", hint: "All KMS secrets become one AWS secret, a JSON object." },
};

export const TAG_MODE = {
  never: "Never change tags of a secret that is there",
  upsert: "Set those of the sync, leave others",
  replace: "Remove all others",
};

export const METHOD = { "access-key": "Access key", "assume-role": "Assume role" };

export const ACTION = { sync: "Sync", import: "Import", remove: "Remove" };

export const REASON = {
  manual: "by hand",
  configured: "the sync was changed",
  change: "the source changed",
  drift: "drift check",
  retry: "another try",
  recovery: "after a crash",
};

export const CHANGE = {
  create: "Create",
  update: "Update",
  retag: "Tags",
  "change-kms-key": "KMS key",
  replicate: "Replicas",
  "change-policy": "Resource policy",
  keep: "Keep",
  restore: "Restore",
  delete: "Delete",
  adopt: "Adopt",
  import: "Import",
  skip: "Leave alone",
};

/** The word for a value, or the value where there is none. */
export function word(words, value) {
  const known = words[value];
  return (typeof known === "object" ? known.label : known) ?? value;
}

/** Where a sync reads, for people. */
export function source(sync) {
  return { environment: sync.environment?.name ?? null, path: sync.folder?.path ?? null, gone: !sync.environment || !sync.folder };
}

/** What a sync is doing, or how it went last, in one of the words of {@link badge}, with another label where that is more exact. */
export function state(sync, paused) {
  const busy = [
    ["removeStatus", "Removing"],
    ["importStatus", "Importing"],
    ["syncStatus", "Syncing"],
  ].find(([field]) => sync[field] === "running");
  if (busy) {
    return ["running", busy[1]];
  }
  if (paused) {
    return ["paused", undefined];
  }
  if (["syncStatus", "importStatus", "removeStatus"].some((field) => sync[field] === "pending")) {
    return ["pending", undefined];
  }
  if (sync.syncStatus === null) {
    return ["never", undefined];
  }
  if (sync.syncStatus === "failed" && needsApproval(sync.lastSyncMessage)) {
    return ["blocked", undefined];
  }
  return [sync.syncStatus, undefined];
}

/** Whether a run was stopped until somebody approves what it would do: then the API says what approves that. */
export function needsApproval(message) {
  return Boolean(message?.includes("approveDeletions=true") || message?.includes("/approve-plan"));
}

/** A message of the API without the call that it recommends: here there is a button for that, or it is on the page. */
export function withoutCall(message) {
  return message
    .replace(/ Look at the plan, and approve it with POST .+$/, " Look at the plan, and approve it.")
    .replace(/ of GET \S+\/iam-policy/, " of the IAM policy on this page");
}

/** Whether something of a sync is under way or asked for. */
export function busy(sync) {
  return ["syncStatus", "importStatus", "removeStatus"].some((field) => sync[field] === "pending" || sync[field] === "running");
}

/** The way here: a list of [label, address]; the last one is the page itself. */
export function breadcrumb(...steps) {
  return h(
    "nav",
    { class: "breadcrumb", "aria-label": "Breadcrumb" },
    h(
      "ol",
      {},
      steps.map(([label, address], i) =>
        h("li", {}, i < steps.length - 1 ? h("a", { href: `#${address}` }, label) : h("span", { "aria-current": "page" }, label)),
      ),
    ),
  );
}

/** Facts as a list of terms; a value of null is left out. */
export function facts(entries) {
  return h(
    "dl",
    { class: "facts" },
    entries.filter(([, value]) => value !== null && value !== undefined).map(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]),
  );
}

/**
 * Additional destinations as a list; null where there are none.
 *
 * @param {Array<{id: string, name: string}>} connections whose names are said; of others nothing is
 */
export function furtherDestinations(destinations, connections) {
  return codes(
    destinations?.map(({ connectionId, region, keyId }) => {
      const more = [connections.find((each) => each.id === connectionId)?.name, keyId].filter(Boolean);
      return more.length ? `${region} (${more.join(", ")})` : region;
    }),
  );
}

/** Values as a list; null where there are none. */
export function codes(values) {
  return values?.length ? h("span", { class: "tags" }, values.map((value) => h("code", { class: "tag" }, value))) : null;
}

/** What `syncOptions.move` does. */
export function afterMove({ graceDays }) {
  return `Deleted, recoverably, ${count(graceDays, "day")} after all that takes its place is there`;
}
