// Add Sync, in the five steps of the source document. Nothing is written anywhere before the last button of the last step.

import { connectionForm } from "../connection-form.js";
import { regions } from "../contract.js";
import { open } from "../dialog.js";
import { h, icon, replace, setText } from "../dom.js";
import { count } from "../format.js";
import { errorSummary, field, issuesOf, showErrors } from "../form.js";
import { changes, deletions, planView } from "../plan-view.js";
import { syncFields } from "../sync-fields.js";
import { afterMove, breadcrumb, codes, facts, furtherDestinations, INITIAL_SYNC, MAPPING, TAG_MODE, word } from "../words.js";

const SYNCS = "/secret-syncs/aws-secrets-manager";

export async function render(page, { api, project, projects, choose, navigate, announce, setTitle, signal }) {
  setTitle("Add Sync");
  page.classList.add("narrow");
  page.append(
    breadcrumb(["Secret Syncs", "/syncs"], ["Add", ""]),
    h("h1", {}, "Add Sync"),
    h("p", { class: "lead" }, "Keeps AWS Secrets Manager in step with a folder of the KMS. Nothing is written before the last step, and that shows first what would be."),
  );
  if (!project) {
    page.append(
      h("div", { class: "card empty" }, icon("syncs"), h("h2", {}, "There is no project yet"), h("p", {}, "A sync belongs to a project of the KMS. Add the identity that you log in with to one, and come back.")),
    );
    return;
  }
  const available = async (id) => (await api.get("/app-connections/aws/available", { projectId: id }, signal)).appConnections;
  const [connections, allRegions] = await Promise.all([available(project.id), regions()]);

  let at = project;
  let usable = connections;
  const fields = syncFields({ api, project, connections, regions: allRegions, signal });
  const projectId = field({
    path: "projectId",
    label: "Project",
    type: "select",
    required: true,
    choices: projects.map((each) => ({ value: each.id, label: each.name })),
    value: project.id,
    oninput: async (id) => {
      try {
        const others = await available(id);
        at = projects.find((each) => each.id === id);
        usable = others;
        await choose(id);
        fields.setProject(at, usable);
        showConnections();
      } catch (error) {
        projectId.value = at.id;
        tell(error);
      }
    },
  });
  const all = [projectId, ...fields.all];

  // Destination: a connection can be made on the way.
  const noConnection = h("div", { class: "notice" }, icon("info"), h("p", {}, "There is no AWS connection that this project can use yet. Make one; it is checked with AWS before it is saved."));
  const makeConnection = h("button", { type: "button", class: "small", onclick: newConnection }, icon("plus"), "Create a connection");
  fields.connectionId.element.after(noConnection, h("div", {}, makeConnection));

  // Where there is none to choose, what is wrong with the field is mended by the button.
  const focusConnections = fields.connectionId.focus;
  fields.connectionId.focus = () => (usable.length > 0 ? focusConnections() : makeConnection.focus());

  function showConnections() {
    noConnection.hidden = usable.length > 0;
    fields.connectionId.element.hidden = usable.length === 0;
  }
  showConnections();

  async function newConnection() {
    const connection = await open("Create a connection", (close) =>
      connectionForm({ api, project: at, onmade: close, actions: [h("button", { type: "button", onclick: () => close() }, "Cancel")] }),
    );
    if (!connection) {
      return;
    }
    usable = [...usable, connection];
    fields.connectionId.setError(null);
    fields.setConnections(usable);
    fields.connectionId.value = connection.id;
    fields.connectionId.control.dispatchEvent(new Event("change"));
    showConnections();
    fields.connectionId.focus();
    announce(`The connection ${connection.name} has been saved, and is chosen.`);
  }

  // The steps
  const review = h("div", { class: "stack" });
  const steps = [
    { title: "Source", lead: "Which secrets of the KMS are synced.", content: h("div", { class: "form" }, projectId.element, fields.source), fields: [projectId, fields.environment, fields.secretPath, fields.includeAllSubFolders] },
    {
      title: "Destination",
      lead: "To which AWS account and region they go, and as what.",
      content: fields.destination,
      fields: [fields.connectionId, fields.region, fields.mappingBehavior, fields.secretName, fields.additionalDestinations],
    },
    {
      title: "Sync Options",
      lead: "What happens to what is there, and how things are called in AWS.",
      content: fields.options,
      fields: [
        fields.initialSyncBehavior, fields.keySchema, fields.keyId, fields.tags, fields.syncSecretMetadataAsTags,
        fields.isAutoSyncEnabled, fields.disableSecretDeletion, fields.reportDrift, ...fields.more.all,
      ],
    },
    { title: "Details", lead: "How people find it.", content: fields.details, fields: [fields.name, fields.description] },
    { title: "Review", lead: "What you chose, and what it would do.", content: review, fields: [] },
  ];
  const last = steps.length - 1;
  let current = 0;
  let furthest = 0;
  let planning = new AbortController();
  signal.addEventListener("abort", () => planning.abort());

  const summary = errorSummary();
  const list = h("ol", {});
  const sections = steps.map((step, i) => {
    step.heading = h("h2", { tabindex: "-1" }, h("span", { class: "visually-hidden" }, `Step ${i + 1} of ${steps.length}: `), step.title);
    step.marker = h("li", {});
    list.append(step.marker);
    return h("section", { class: "card", hidden: i > 0 }, h("div", {}, step.heading, h("p", { class: "lead" }, step.lead)), step.content);
  });
  const back = h("button", { type: "button", onclick: () => show(current - 1) }, "Back");
  const next = h("button", { type: "submit", class: "primary" });
  const form = h(
    "form",
    { class: "form", novalidate: true, onsubmit: submit },
    summary.element,
    sections,
    h("div", { class: "actions" }, next, back, h("a", { class: "button quiet", href: "#/syncs" }, "Cancel")),
  );
  page.append(h("nav", { class: "steps", "aria-label": "Steps" }, list), form);
  mark();

  /** Who has been at a step may go there again. */
  function mark() {
    steps.forEach((step, i) => {
      const label = [h("span", { class: "step-number", "aria-hidden": "true" }, i < furthest && i !== current ? icon("check") : i + 1), h("span", { class: "step-title" }, step.title)];
      const known = i <= furthest && i !== current;
      replace(step.marker, known ? h("button", { type: "button", class: "quiet", onclick: () => leaveFor(i) }, label) : h("span", { class: "step" }, label));
      if (i === current) {
        step.marker.setAttribute("aria-current", "step");
      } else {
        step.marker.removeAttribute("aria-current");
      }
      step.marker.classList.toggle("ahead", i > furthest);
      sections[i].hidden = i !== current;
    });
    back.hidden = current === 0;
    setText(next, current === last ? "Create Sync" : "Next");
    if (current !== last) {
      next.disabled = false;
    }
  }

  function show(step, { focus = true } = {}) {
    planning.abort();
    current = step;
    furthest = Math.max(furthest, step);
    setTitle(`${steps[step].title} - Add Sync`);
    mark();
    if (focus) {
      summary.clear();
      window.scrollTo(0, 0);
      steps[step].heading.focus({ preventScroll: true });
    }
    if (step === last) {
      look();
    }
  }

  /** To a step that was shown before at once: what is wrong at one may have to be mended at another. To the last if all are in order. */
  async function leaveFor(step) {
    if (step < last || (await inOrder(0, last))) {
      show(step);
    }
  }

  let busy = false;
  async function submit(event) {
    event.preventDefault();
    if (busy || next.disabled) {
      return;
    }
    busy = true;
    next.setAttribute("aria-disabled", "true");
    try {
      if (current < last) {
        if (await inOrder(current, current + 1)) {
          show(current + 1);
        }
        return;
      }
      const { secretSync } = await api.post(SYNCS, { projectId: at.id, ...fields.body() });
      announce(`The sync ${secretSync.name} has been made.`);
      navigate(`/syncs/${secretSync.id}`);
    } catch (error) {
      tell(error);
    } finally {
      busy = false;
      next.removeAttribute("aria-disabled");
    }
  }

  /** Shows what is wrong, at the step that has it. */
  function tell(error) {
    if (error.name === "AbortError") {
      return;
    }
    const wrong = showErrors(error, all, summary, (owner) => show(stepOf(owner), { focus: false }));
    if (wrong.length > 0 && !wrong.some((each) => stepOf(each) === current)) {
      show(Math.min(...wrong.map(stepOf)), { focus: false });
      summary.element.focus();
    }
    if (error.name !== "ApiError") {
      throw error;
    }
  }

  function stepOf(owner) {
    return steps.findIndex((step) => step.fields.includes(owner));
  }

  /** Whether the steps from one to before another are filled in, as far as can be said without looking at AWS. */
  async function inOrder(from, to) {
    const ours = steps.slice(from, to).flatMap((step) => step.fields);
    const issues = ours.filter(isMissing).map((each) => ({ path: each.path.split("."), message: MISSING[each.path] }));
    try {
      const found = await fields.check();
      issues.push(...found.issues.filter((issue) => ours.some((each) => belongs(issue, each)) && !issues.some((known) => known.path.join(".") === issue.path.join("."))));
    } catch (error) {
      tell(error);
      return false;
    }
    summary.clear();
    ours.forEach((each) => each.setError(null));
    if (issues.length > 0) {
      tell(Object.assign(new Error("Some fields need another look."), { name: "ApiError", issues }));
    }
    return issues.length === 0;
  }

  function belongs(issue, owner) {
    const path = issue.path.join(".");
    return path === owner.path || path.startsWith(`${owner.path}.`);
  }

  const MISSING = {
    projectId: "Choose a project.",
    environment: "Choose an environment.",
    secretPath: "Say which folder: / for the top one.",
    connectionId: "Choose a connection, or create one.",
    "destinationConfig.region": "Choose the region.",
    "destinationConfig.secretName": "Give the AWS secret a name.",
    "syncOptions.initialSyncBehavior": "Say what the first sync does.",
    name: "Give the sync a name.",
  };

  function isMissing(each) {
    if (each === fields.secretName && fields.mappingBehavior.value !== "many-to-one") {
      return false;
    }
    return each.path in MISSING && !each.value.trim();
  }

  // Review: the plan is asked for anew each time, for the destination may have changed too.
  async function look() {
    planning = new AbortController();
    const mine = planning;
    const body = fields.body();
    next.disabled = true;
    const plan = h("div", { class: "stack", "aria-live": "polite" }, h("p", { class: "busy-text" }, icon("syncs"), "Finding out what would happen…"));
    replace(review, chosen(body), h("div", { class: "stack" }, h("h3", {}, "What would happen"), plan));
    try {
      const answer = await api.post(`${SYNCS}/plan`, { projectId: at.id, ...body }, null, mine.signal);
      replace(plan, sentence(body, answer.plan), planView(answer.plan, { open: true }));
      next.disabled = false;
    } catch (error) {
      if (mine.signal.aborted) {
        return;
      }
      if (issuesOf(error, all).length > 0) {
        tell(error);
        return;
      }
      replace(
        plan,
        h("div", { class: "notice bad", role: "alert" }, icon("warning"), h("div", {}, h("p", {}, error.message), h("div", { class: "notice-action" }, h("button", { type: "button", class: "small", onclick: look }, "Look again")))),
      );
      if (error.name !== "ApiError") {
        throw error;
      }
    }
  }

  function chosen(body) {
    const options = body.syncOptions;
    const config = body.destinationConfig;
    const yes = [
      options.syncSecretMetadataAsTags ? "metadata as tags" : null,
      body.isAutoSyncEnabled ? "auto-sync" : "only when asked",
      options.disableSecretDeletion ? "nothing is deleted" : null,
      options.driftBehavior === "report" ? "drift is only reported" : null,
    ].filter(Boolean);
    const parts = [
      [0, [["Project", at.name], ["Environment", at.environments.find((each) => each.slug === body.environment)?.name ?? body.environment], ["Secret path", h("code", {}, body.secretPath)], ["Sub-folders", options.includeAllSubFolders ? "Included" : null]]],
      [
        1,
        [
          ["Connection", usable.find((each) => each.id === body.connectionId)?.name ?? null],
          ["Region", config.region],
          ["Mapping", word(MAPPING, config.mappingBehavior)],
          ["Secret name", config.secretName ? h("code", {}, config.secretName) : null],
          ["Also in", furtherDestinations(config.additionalDestinations, usable)],
        ],
      ],
      [
        2,
        [
          ["First sync", word(INITIAL_SYNC, options.initialSyncBehavior)],
          ["Key schema", options.keySchema ? h("code", {}, options.keySchema) : "None"],
          ["AWS KMS key", options.keyId ?? "The account's default key"],
          ["Tags", options.tags?.length ? h("span", { class: "tags" }, options.tags.map((tag) => h("span", { class: "tag" }, `${tag.key}=${tag.value}`))) : null],
          ["Only the keys", codes(options.keyRules?.include)],
          ["Not the keys", codes(options.keyRules?.exclude)],
          ["Other names", codes(options.keyRules?.rename?.map(({ from, to }) => `${from} → ${to}`))],
          ["Replicas", codes(options.replicaRegions?.map(({ region }) => region))],
          ["Tag mode", options.tagMode ? word(TAG_MODE, options.tagMode) : null],
          ["Approval", options.requireApproval ? "Needed before it deletes or takes over" : null],
          ["What is left behind", options.move ? afterMove(options.move) : null],
          ["Sharding", options.sharding ? "Divided where it is too large" : null],
          ["Resource policy", options.resourcePolicy ? "Put on every secret" : null],
          ["Also", yes.join(", ")],
        ],
      ],
      [3, [["Name", body.name], ["Description", body.description]]],
    ];
    return h(
      "div",
      { class: "review-parts" },
      parts.map(([i, entries]) =>
        h(
          "div",
          { class: "review-part" },
          h("div", { class: "card-head" }, h("h3", {}, steps[i].title), h("button", { type: "button", class: "quiet small", onclick: () => show(i) }, "Change", h("span", { class: "visually-hidden" }, ` ${steps[i].title}`))),
          facts(entries),
        ),
      ),
    );
  }

  function sentence(body, plan) {
    const imports = body.syncOptions.initialSyncBehavior !== "overwrite-destination";
    const when = body.isAutoSyncEnabled ? "When you create the sync, it runs at once" : "Auto-sync is off: nothing happens before somebody runs the sync. Its first run does this";
    return [
      h("p", {}, `${when}${imports ? ", and begins with bringing into the KMS what is only in AWS" : ""}. ${changes(plan) === 0 ? "" : "Values are compared, and never shown."}`),
      deletions(plan) > 0
        ? h("div", { class: "notice warn" }, icon("warning"), h("p", {}, `${count(deletions(plan), "secret")} in AWS would be deleted, because the KMS does not have ${deletions(plan) === 1 ? "it" : "them"}. Deleted secrets can be restored for a while.`))
        : null,
    ];
  }
}
