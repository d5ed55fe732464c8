// The fields of a sync, in the sections of the source document; the wizard and the edit page have them both from here.

import { h, icon, replace, setText } from "./dom.js";
import { field, rowsField } from "./form.js";
import { moreFields, regionChoices, regionColumn } from "./more-fields.js";
import { INITIAL_SYNC, MAPPING } from "./words.js";

/** How long somebody must have stopped typing before the service is asked. */
const PAUSE_IN_TYPING = 350;

const INITIAL_SYNC_HINT = "What the first sync does with what is in AWS already.";

let made = 0;

function choices(words) {
  return Object.entries(words).map(([value, { label, hint }]) => ({ value, label, hint }));
}

/**
 * @param {object} options
 * @param {Api} options.api
 * @param {object} options.project whose environments can be chosen
 * @param {Array<{id: string, name: string}>} options.connections that the project may use
 * @param {string[]} options.regions
 * @param {object} [options.sync] what is there; absent for a new one
 * @param {AbortSignal} options.signal
 * @param {function(string): void} [options.onchange] told the path of the field that was changed
 * @returns {object} the fields by name; `source`, `destination`, `options`, `details` with the fields of each section in an
 *     element; `all` of them; `body()`, what the API is to be told, without projectId; `check()`, what the service says about it so
 *     far; and `setProject(project, connections)` for another project
 */
export function syncFields({ api, project, connections, regions, sync, signal, onchange = () => {} }) {
  const set = sync?.syncOptions ?? {};
  const target = sync?.destinationConfig ?? {};
  let ofProject = project;
  const told = (path, then) => () => {
    then?.();
    noticed(path);
  };
  function noticed(path) {
    checkSoon(path);
    onchange(path);
  }

  // Source
  const environment = field({
    path: "environment",
    label: "Environment",
    type: "select",
    required: true,
    choices: project.environments.map((each) => ({ value: each.slug, label: each.name })),
    value: sync?.environment?.slug,
    oninput: told("environment", () => picker.close()),
  });
  const secretPath = field({
    path: "secretPath",
    label: "Secret path",
    required: true,
    hint: "The folder whose secrets are synced: / for the top one.",
    value: sync ? (sync.folder?.path ?? "") : "/",
    oninput: told("secretPath"),
  });
  const includeAllSubFolders = field({
    path: "syncOptions.includeAllSubFolders",
    label: "Include sub-folders",
    hint: "All folders below too. Nothing can be imported from AWS then.",
    type: "checkbox",
    value: set.includeAllSubFolders,
    oninput: told("syncOptions.includeAllSubFolders", foldered),
  });
  const picker = folderPicker({ api, project: () => ofProject, environment, secretPath, signal, onchange: () => noticed("secretPath") });

  // Destination
  const connectionId = field({
    path: "connectionId",
    label: "AWS connection",
    type: "select",
    required: true,
    choices: connections.map((each) => ({ value: each.id, label: each.name })),
    value: sync?.connectionId,
    oninput: told("connectionId", () => keys.load()),
  });
  const region = field({
    path: "destinationConfig.region",
    label: "Region",
    type: "select",
    required: true,
    choices: regionChoices(regions),
    value: target.region ?? "",
    oninput: told("destinationConfig.region", () => keys.load()),
  });
  const known = choices(MAPPING);
  if (target.mappingBehavior && !MAPPING[target.mappingBehavior]) {
    known.push({ value: target.mappingBehavior, label: target.mappingBehavior, hint: "A mapping of your installation's own." });
  }
  const mappingBehavior = field({
    path: "destinationConfig.mappingBehavior",
    label: "Mapping behavior",
    type: "radios",
    required: true,
    choices: known,
    value: target.mappingBehavior ?? "one-to-one",
    oninput: told("destinationConfig.mappingBehavior", mapped),
  });
  const secretName = field({
    path: "destinationConfig.secretName",
    label: "Secret name",
    required: true,
    hint: "The AWS secret that all of them become. A key schema is applied to it too.",
    value: target.secretName,
    attributes: { maxlength: 256 },
    oninput: told("destinationConfig.secretName"),
  });

  const additionalDestinations = rowsField({
    path: "destinationConfig.additionalDestinations",
    label: "More destinations",
    hint: "The same secrets in more regions or accounts, each kept right by itself.",
    add: "Add a destination",
    remove: "Remove this destination",
    word: "Destination",
    columns: [
      { label: "Connection", choices: furtherConnections(connections) },
      regionColumn(regions),
      { label: "KMS key there (optional)", attributes: { maxlength: 256 } },
    ],
    values: (target.additionalDestinations ?? []).map((each) => [each.connectionId ?? "", each.region, each.keyId ?? ""]),
    onchange: noticed,
  });

  /** With those that are chosen already and that whoever looks may not use. */
  function furtherConnections(usable) {
    const chosen = (target.additionalDestinations ?? []).map((each) => each.connectionId).filter(Boolean);
    const hidden = [...new Set(chosen)].filter((id) => !usable.some((each) => each.id === id));
    return [
      { value: "", label: "The same" },
      ...usable.map((each) => ({ value: each.id, label: each.name })),
      ...hidden.map((id) => ({ value: id, label: id })),
    ];
  }

  // Options
  const initialSyncBehavior = field({
    path: "syncOptions.initialSyncBehavior",
    label: "Initial sync behavior",
    type: "radios",
    required: true,
    hint: INITIAL_SYNC_HINT,
    choices: choices(INITIAL_SYNC),
    value: set.initialSyncBehavior,
    oninput: told("syncOptions.initialSyncBehavior"),
  });
  const keySchema = field({
    path: "syncOptions.keySchema",
    label: "Key schema",
    hint: [
      "How the names in AWS are made, for example ",
      h("code", {}, "shop/{{environment}}/{{secretKey}}"),
      ". Recommended: it also says which AWS secrets the sync manages, and keeps it away from all others.",
    ],
    value: set.keySchema,
    attributes: { maxlength: 255, class: "mono" },
    oninput: told("syncOptions.keySchema"),
  });
  const keyId = field({
    path: "syncOptions.keyId",
    label: "AWS KMS key",
    hint: "Alias, id or ARN of the key that encrypts the secrets in AWS; empty for the account's default key.",
    value: set.keyId,
    attributes: { maxlength: 256 },
    oninput: told("syncOptions.keyId"),
  });
  const keys = keySuggestions({ api, keyId, connectionId, region, signal });
  const tags = rowsField({
    path: "syncOptions.tags",
    label: "Tags",
    hint: "Of every AWS secret of this sync. Tags of others are left alone.",
    add: "Add a tag",
    remove: "Remove this tag",
    word: "Tag",
    columns: [
      { label: "Key", attributes: { maxlength: 128 } },
      { label: "Value", attributes: { maxlength: 256 } },
    ],
    values: (set.tags ?? []).map(({ key, value }) => [key, value ?? ""]),
    onchange: noticed,
  });
  const syncSecretMetadataAsTags = field({
    path: "syncOptions.syncSecretMetadataAsTags",
    label: "Metadata as tags",
    hint: "The metadata of each secret in the KMS becomes tags of its AWS secret. Not with many to one.",
    type: "checkbox",
    value: set.syncSecretMetadataAsTags,
    oninput: told("syncOptions.syncSecretMetadataAsTags"),
  });
  const isAutoSyncEnabled = field({
    path: "isAutoSyncEnabled",
    label: "Auto-sync",
    hint: "Follow every change of the source. Without it the sync runs only when somebody asks.",
    type: "checkbox",
    value: sync?.isAutoSyncEnabled ?? true,
    oninput: told("isAutoSyncEnabled"),
  });
  const disableSecretDeletion = field({
    path: "syncOptions.disableSecretDeletion",
    label: "Disable secret deletion",
    hint: "What the source no longer has stays in AWS.",
    type: "checkbox",
    value: set.disableSecretDeletion,
    oninput: told("syncOptions.disableSecretDeletion"),
  });
  const reportDrift = field({
    path: "syncOptions.driftBehavior",
    label: "Report drift only",
    hint: "What somebody changes in AWS is recorded, and not put right.",
    type: "checkbox",
    value: set.driftBehavior === "report",
    oninput: told("syncOptions.driftBehavior"),
  });

  const more = moreFields({ set, regions, onchange: noticed });

  // Details
  const name = field({
    path: "name",
    label: "Name",
    required: true,
    hint: "Lowercase letters, digits, and single hyphens between them.",
    value: sync?.name,
    attributes: { maxlength: 256 },
    oninput: told("name"),
  });
  const description = field({
    path: "description",
    label: "Description",
    type: "textarea",
    value: sync?.description,
    attributes: { maxlength: 256 },
    oninput: told("description"),
  });

  // What the service says while somebody types: the names that come of it, and whether the name is free.
  const examples = h("div", { class: "examples", role: "status" });
  const free = h("p", { class: "hint free", role: "status" });
  const watched = ["environment", "secretPath", "syncOptions.keySchema", "destinationConfig.mappingBehavior", "destinationConfig.secretName", "name"];
  let waiting;
  let asking = new AbortController();
  signal.addEventListener("abort", () => clearTimeout(waiting));

  function checkSoon(path) {
    if (!watched.includes(path)) {
      return;
    }
    clearTimeout(waiting);
    if (path === "name") {
      setText(free, "");
    }
    waiting = setTimeout(() => checked([keySchema, secretName, name].filter((each) => each.path === path)), PAUSE_IN_TYPING);
  }

  /** Asks, and shows the answer; with what is wrong with some fields. */
  async function checked(fields) {
    asking.abort();
    asking = new AbortController();
    try {
      const found = await check(AbortSignal.any([asking.signal, signal]));
      showExamples(found.examples);
      for (const each of fields) {
        if (each.value.trim()) {
          each.setError(issuesOf(found, each)[0]?.message ?? null);
        }
      }
      setText(free, name.value.trim() && issuesOf(found, name).length === 0 && name.value.trim() !== sync?.name ? "This name is free." : "");
    } catch (error) {
      // What could not be checked now is checked when it is sent.
      if (error.name !== "ApiError" && error.name !== "AbortError") {
        throw error;
      }
    }
  }

  /**
   * @returns {Promise<{issues: Array, examples: Array}>} what is wrong with what is there, and a name that is taken as one of it
   */
  async function check(until = signal) {
    const given = body();
    const draft = { ...given, projectId: ofProject.id, name: given.name || undefined };
    const found = await api.post("/secret-syncs/aws-secrets-manager/check-draft", draft, null, until);
    if (found.nameTaken && given.name !== sync?.name) {
      found.issues.push({ path: ["name"], message: "Another sync of this project has this name." });
    }
    return found;
  }

  function issuesOf(found, field) {
    return found.issues.filter((issue) => issue.path.join(".") === field.path);
  }

  function showExamples(names) {
    const many = mappingBehavior.value === "many-to-one";
    if (names.length === 0) {
      replace(examples);
      return;
    }
    replace(
      examples,
      h("p", { class: "hint" }, many ? "The name in AWS:" : "Names in AWS, for example:"),
      h("ul", { class: "example-names" }, names.map((each) => h("li", {}, many ? null : [h("code", {}, each.secretKey), icon("arrow"), h("span", { class: "visually-hidden" }, " becomes ")], h("code", {}, each.name)))),
      !many && !keySchema.value.trim()
        ? h(
            "div",
            { class: "notice warn" },
            icon("warning"),
            h("p", {}, "Without a key schema the sync manages every secret of this account and region, not only its own. A key schema such as ", h("code", {}, "{{environment}}/{{secretKey}}"), " is recommended."),
          )
        : null,
    );
  }

  function setProject(wanted, usable) {
    ofProject = wanted;
    picker.close();
    environment.setChoices(wanted.environments.map((each) => ({ value: each.slug, label: each.name })));
    if (!environment.value && wanted.environments.length > 0) {
      environment.value = wanted.environments[0].slug;
    }
    setConnections(usable);
    checked([name]);
  }

  function setConnections(usable) {
    connectionId.setChoices(usable.map((each) => ({ value: each.id, label: each.name })));
    additionalDestinations.setChoices(0, furtherConnections(usable));
    if (!connectionId.value && usable.length > 0) {
      connectionId.value = usable[0].id;
    }
    keys.load();
  }

  function mapped() {
    const many = mappingBehavior.value === "many-to-one";
    secretName.element.hidden = !many;
    syncSecretMetadataAsTags.control.disabled = many;
    if (many) {
      syncSecretMetadataAsTags.value = false;
    }
  }
  mapped();

  /** A name in AWS does not say which folder it belongs to. */
  function foldered() {
    const all = choices(INITIAL_SYNC);
    const importing = !includeAllSubFolders.value;
    initialSyncBehavior.setChoices(importing ? all : all.filter((each) => each.value === "overwrite-destination"));
    initialSyncBehavior.setHint(importing ? INITIAL_SYNC_HINT : `${INITIAL_SYNC_HINT} Sub-folders are included, so nothing can be imported.`);
  }
  foldered();
  keys.load();
  checked([]);

  function options() {
    // Options that this page knows nothing of stay as they are.
    const wanted = { ...set, initialSyncBehavior: initialSyncBehavior.value || undefined };
    const given = (field, value, without) => {
      if (value) {
        wanted[field] = value;
      } else if (field in set && without !== undefined) {
        wanted[field] = without;
      } else {
        delete wanted[field];
      }
    };
    given("keySchema", keySchema.value.trim(), "");
    given("disableSecretDeletion", disableSecretDeletion.value, false);
    given("keyId", keyId.value.trim());
    const labels = tags.value.map(([key, value]) => ({ key, value }));
    given("tags", labels.length ? labels : null, []);
    given("syncSecretMetadataAsTags", syncSecretMetadataAsTags.value, false);
    given("driftBehavior", reportDrift.value ? "report" : null, "correct");
    given("includeAllSubFolders", includeAllSubFolders.value, false);
    more.put(wanted);
    return wanted;
  }

  function destinationConfig() {
    const wanted = { ...target, mappingBehavior: mappingBehavior.value, region: region.value || undefined };
    if (mappingBehavior.value === "many-to-one") {
      wanted.secretName = secretName.value.trim();
    } else if (mappingBehavior.value === "one-to-one") {
      delete wanted.secretName;
    }
    const further = additionalDestinations.value.map(([connectionId, region, keyId]) => ({
      connectionId: connectionId || undefined,
      region,
      keyId: keyId || undefined,
    }));
    if (further.length || target.additionalDestinations) {
      wanted.additionalDestinations = further;
    }
    return wanted;
  }

  function body() {
    return {
      name: name.value.trim(),
      description: description.value.trim() || null,
      connectionId: connectionId.value || undefined,
      environment: environment.value,
      secretPath: secretPath.value.trim(),
      isAutoSyncEnabled: isAutoSyncEnabled.value,
      syncOptions: options(),
      destinationConfig: destinationConfig(),
    };
  }

  const section = (...elements) => h("div", { class: "form" }, elements);
  const all = [
    environment, secretPath, includeAllSubFolders, connectionId, region, mappingBehavior, secretName, additionalDestinations,
    initialSyncBehavior, keySchema, keyId, tags, syncSecretMetadataAsTags, isAutoSyncEnabled, disableSecretDeletion, reportDrift, ...more.all, name, description,
  ];
  return {
    environment,
    secretPath,
    includeAllSubFolders,
    connectionId,
    region,
    mappingBehavior,
    secretName,
    additionalDestinations,
    initialSyncBehavior,
    keySchema,
    keyId,
    tags,
    syncSecretMetadataAsTags,
    isAutoSyncEnabled,
    disableSecretDeletion,
    reportDrift,
    more,
    name,
    description,
    all,
    source: section(environment.element, h("div", { class: "stack tight" }, secretPath.element, picker.element), includeAllSubFolders.element),
    destination: section(connectionId.element, region.element, mappingBehavior.element, secretName.element, additionalDestinations.element),
    options: section(
      initialSyncBehavior.element,
      h("div", { class: "stack tight" }, keySchema.element, examples),
      h("div", { class: "stack tight" }, keyId.element, keys.element),
      tags.element,
      syncSecretMetadataAsTags.element,
      isAutoSyncEnabled.element,
      disableSecretDeletion.element,
      reportDrift.element,
      more.element,
    ),
    details: section(h("div", { class: "stack tight" }, name.element, free), description.element),
    body,
    check,
    setProject,
    setConnections,
  };
}

/** The folders of an environment, to click through; what is chosen is written into the field of the path. */
function folderPicker({ api, project, environment, secretPath, signal, onchange }) {
  const list = h("ul", { class: "folders" });
  const where = h("p", { class: "hint", role: "status" });
  const panel = h("div", { class: "folder-panel", hidden: true }, where, list);
  const toggle = h("button", { type: "button", class: "small", "aria-expanded": "false", onclick: () => (panel.hidden ? show(secretPath.value.trim() || "/") : close()) }, icon("folder"), "Browse folders");

  function close() {
    panel.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
  }

  async function show(path) {
    panel.hidden = false;
    toggle.setAttribute("aria-expanded", "true");
    setText(where, "Looking…");
    try {
      const { folders } = await api.get("/secret-syncs/folders", { projectId: project().id, environment: environment.value, path }, signal);
      const parent = path === "/" ? null : path.replace(/\/[^/]*\/?$/, "") || "/";
      replace(list, parent ? entry("..", parent, `Up to ${parent}`) : null, folders.map((folder) => entry(folder.name, folder.path)));
      setText(where, folders.length ? `Folders in ${path}` : `${path} has no folders in it.`);
    } catch (error) {
      replace(list);
      setText(where, error.message);
      if (error.name !== "ApiError" && error.name !== "AbortError") {
        throw error;
      }
    }
  }

  function entry(name, path, label) {
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "quiet small",
          "aria-label": label,
          onclick: async () => {
            secretPath.value = path;
            secretPath.setError(null);
            onchange();
            await show(path);
            (list.querySelector("button") ?? toggle).focus();
          },
        },
        icon("folder"),
        name,
      ),
    );
  }

  return { element: h("div", { class: "stack tight" }, h("div", {}, toggle), panel), close };
}

/** The aliases that the connection can see, offered while typing. */
function keySuggestions({ api, keyId, connectionId, region, signal }) {
  const id = `keys-${++made}`;
  const list = h("datalist", { id });
  const note = h("p", { class: "hint", role: "status", hidden: true });
  keyId.control.setAttribute("list", id);
  let asked = "";

  async function load() {
    const wanted = `${connectionId.value} ${region.value}`;
    if (!connectionId.value || !region.value || wanted === asked) {
      return;
    }
    asked = wanted;
    replace(list);
    note.hidden = true;
    try {
      const { kmsKeys } = await api.get(
        `/app-connections/aws/${encodeURIComponent(connectionId.value)}/kms-keys`,
        { region: region.value, destination: "aws-secrets-manager" },
        signal,
      );
      replace(list, kmsKeys.map((key) => h("option", { value: key.alias }, key.alias)));
      setText(note, `The connection can see ${kmsKeys.map((key) => key.alias).join(", ")}.`);
      note.hidden = kmsKeys.length === 0;
    } catch (error) {
      if (error.name !== "ApiError" && error.name !== "AbortError") {
        throw error;
      }
      // Keys can be typed without being listed.
      setText(note, `The keys of this connection cannot be listed, so type one. ${error.message}`);
      note.hidden = false;
    }
  }

  return { element: h("div", {}, list, note), load };
}
