// One connection: what it is, whether it may do what its syncs need, and the way to new credentials.

import { rotationForm } from "../connection-form.js";
import { ask, open } from "../dialog.js";
import { h, icon, replace, setText } from "../dom.js";
import { field, form } from "../form.js";
import { absolute, badge, count } from "../format.js";
import { METHOD, breadcrumb, facts, withoutCall, word } from "../words.js";
import { policyView } from "./sync.js";

export async function render(page, { api, params, project, navigate, announce, setTitle, signal, reload }) {
  const path = `/app-connections/aws/${encodeURIComponent(params.connectionId)}`;
  const { appConnection: connection } = await api.get(path, null, signal);
  const projectId = connection.projectId ?? project?.id;
  const { secretSyncs } = projectId ? await api.get("/secret-syncs", { projectId }, signal) : { secretSyncs: [] };
  const syncs = secretSyncs.filter((sync) => sync.connectionId === connection.id);
  const { pauses } = await api.get("/secret-syncs/pauses", null, signal);
  const pause = pauses.find((each) => each.connectionId === connection.id);

  const checkBody = h("div", { class: "stack", "aria-live": "polite" }, h("p", { class: "muted" }, "AWS is asked who the connection is, and of every action that its syncs need whether it is allowed. Nothing is changed; CloudTrail shows refused calls."));
  const checkButton = h(
    "button",
    {
      type: "button",
      class: "small",
      onclick: async () => {
        checkButton.setAttribute("aria-disabled", "true");
        replace(checkBody, h("p", { class: "busy-text" }, icon("syncs"), "Asking AWS…"));
        try {
          const { check } = await api.post(`${path}/check`, undefined, null, signal);
          replace(checkBody, checkView(check));
          setText(checkButton, "Check again");
        } catch (error) {
          replace(checkBody, h("div", { class: "notice bad" }, icon("warning"), h("p", {}, error.message)));
          if (error.name !== "ApiError") {
            throw error;
          }
        } finally {
          checkButton.removeAttribute("aria-disabled");
        }
      },
    },
    "Check permissions",
  );

  async function rotate() {
    const saved = await open("New credentials", (close) =>
      h(
        "div",
        { class: "stack" },
        h("p", {}, `AWS is asked whether they are good before anything is saved. The next run of ${count(syncs.length, "sync")} uses them.`),
        rotationForm({
          api,
          connection,
          onsaved: () => close(true),
          actions: [h("button", { type: "button", onclick: () => close(false) }, "Cancel")],
        }),
      ),
    );
    if (saved) {
      announce("The new credentials have been saved.");
      reload();
    }
  }

  async function edit() {
    const name = field({ path: "name", label: "Name", required: true, value: connection.name, attributes: { maxlength: 64 } });
    const description = field({ path: "description", label: "Description", value: connection.description, attributes: { maxlength: 256 } });
    const saved = await open(`Edit ${connection.name}`, (close) =>
      form({
        fields: [name, description],
        submit: "Save changes",
        actions: [h("button", { type: "button", onclick: () => close(false) }, "Cancel")],
        onsubmit: async () => {
          await api.patch(path, { name: name.value.trim(), description: description.value.trim() || null });
          close(true);
        },
      }).element,
    );
    if (saved) {
      announce("Saved.");
      reload();
    }
  }

  async function pauseOrResume() {
    const done = await ask({
      title: pause ? `Resume all syncs of ${connection.name}?` : `Pause all syncs of ${connection.name}?`,
      content: h("p", {}, pause ? "They run again, beginning with what was asked for meanwhile." : "Runs under way make no further change within a second, and nothing is changed in AWS through this connection until it is resumed."),
      confirm: pause ? "Resume" : "Pause",
      onconfirm: () => api.post(`/secret-syncs/${pause ? "resume" : "pause"}`, { connectionId: connection.id }),
    });
    if (done) {
      announce(pause ? "Resumed." : "Paused.");
      reload();
    }
  }

  async function remove() {
    const done = await ask({
      title: `Delete ${connection.name}?`,
      content: h("p", {}, syncs.length ? `${count(syncs.length, "sync")} of this project use it, so it cannot be deleted: delete those first, or give them another connection.` : "The credentials are deleted here. AWS is not changed. A connection that a sync uses is not deleted."),
      confirm: "Delete connection",
      danger: true,
      onconfirm: () => api.delete(path),
    });
    if (done) {
      announce("Deleted.");
      navigate("/connections");
    }
  }

  const policies = h("div", { class: "stack" });
  replace(
    policies,
    syncs.length
      ? syncs.map((sync) => {
          const details = h("details", {}, h("summary", {}, `Policy for ${sync.name}`));
          details.addEventListener(
            "toggle",
            async () => {
              const body = h("div", { class: "stack" }, h("p", { class: "busy-text" }, "One moment…"));
              details.append(body);
              try {
                replace(body, policyView(await api.get(`/secret-syncs/aws-secrets-manager/${sync.id}/iam-policy`, null, signal), announce));
              } catch (error) {
                replace(body, h("div", { class: "notice bad" }, icon("warning"), h("p", {}, error.message)));
                if (error.name !== "ApiError") {
                  throw error;
                }
              }
            },
            { once: true },
          );
          return details;
        })
      : h("p", { class: "muted" }, "As soon as a sync uses this connection, the smallest policy that it needs is shown here."),
  );

  setTitle(connection.name);
  page.append(
    breadcrumb(["Connections", "/connections"], [connection.name, ""]),
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "grow" }, h("div", { class: "title" }, h("h1", {}, connection.name), badge(pause ? "paused" : connection.trouble ? "trouble" : "works", !pause && !connection.trouble ? "No trouble" : undefined).element), connection.description ? h("p", { class: "lead" }, connection.description) : null),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", onclick: rotate }, "New credentials…"),
        h("button", { type: "button", onclick: edit }, "Edit…"),
        h("button", { type: "button", onclick: pauseOrResume }, pause ? "Resume" : "Pause"),
        h("button", { type: "button", class: "danger", onclick: remove }, "Delete…"),
      ),
    ),
    pause ? h("div", { class: "notice warn" }, icon("pause"), h("div", {}, h("strong", {}, "Its syncs are paused"), h("p", {}, `${pause.reason ? `${pause.reason}. ` : ""}Since ${absolute(pause.since)}.`))) : "",
    connection.trouble
      ? h(
          "div",
          { class: "notice bad" },
          icon("warning"),
          h("div", {}, h("strong", {}, "AWS does not accept this connection"), h("p", {}, connection.trouble.message), h("p", {}, connection.trouble.nextTryAt ? `Its syncs wait; one of them tries again ${absolute(connection.trouble.nextTryAt)}.` : "")),
        )
      : "",
    h(
      "section",
      { class: "card", "aria-labelledby": "about" },
      h("h2", { id: "about" }, "About"),
      facts([
        ["Method", word(METHOD, connection.method)],
        ["Access key ID", connection.credentials.accessKeyId ? h("code", {}, connection.credentials.accessKeyId) : null],
        ["STS endpoint", connection.credentials.stsEndpoint ? h("code", {}, connection.credentials.stsEndpoint) : null],
        ["ExternalId", connection.method === "assume-role" ? h("code", {}, connection.projectId ?? connection.orgId) : null],
        ["Belongs to", connection.project ? `Project ${connection.project.name}` : "The whole organization"],
        ["Credentials", "Kept encrypted, never shown"],
        ["Made", absolute(connection.createdAt)],
        ["Changed", absolute(connection.updatedAt)],
        ["Used by", syncs.length ? h("div", { class: "tags" }, syncs.map((sync) => h("a", { href: `#/syncs/${sync.id}` }, sync.name))) : "No sync of this project"],
      ]),
    ),
    h("section", { class: "card", "aria-labelledby": "check" }, h("div", { class: "card-head" }, h("h2", { id: "check" }, "Permissions"), checkButton), checkBody),
    h("section", { class: "card", "aria-labelledby": "policies" }, h("h2", { id: "policies" }, "IAM policy"), policies),
  );
}

function checkView(check) {
  const { identity, missing } = check;
  if (identity.status !== "valid") {
    return h("div", { class: "notice bad" }, icon("warning"), h("div", {}, h("strong", {}, "AWS does not accept the credentials"), h("p", {}, identity.message)));
  }
  return [
    h(
      "div",
      { class: `notice ${missing.length ? "bad" : "good"}` },
      icon(missing.length ? "warning" : "check"),
      h("div", {}, h("strong", {}, missing.length ? `${count(missing.length, "action is missing", "actions are missing")}: ${missing.join(", ")}` : "Nothing that can be tried is missing"), h("p", {}, "It is ", h("code", {}, identity.arn), ` in account ${identity.accountId}.`)),
    ),
    check.syncs.map((sync) => {
      const allowed = sync.permissions.filter((permission) => permission.status === "allowed");
      const others = sync.permissions.filter((permission) => permission.status !== "allowed");
      return h(
        "div",
        { class: "stack tight" },
        h("h3", {}, sync.name, " ", h("span", { class: "tag" }, sync.region)),
        others.length ? permissionTable(others, `Of ${sync.name}: missing or not tried`) : null,
        allowed.length ? h("details", {}, h("summary", {}, `${count(allowed.length, "action")} allowed`), permissionTable(allowed, `Of ${sync.name}: allowed`)) : null,
      );
    }),
    check.syncs.length === 0 ? h("p", { class: "muted" }, "No sync uses it yet, so there is nothing that it needs.") : null,
  ];
}

function permissionTable(permissions, caption) {
  return h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "stacked bordered" },
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", {}, h("tr", {}, ["Action", "Status", "What to do"].map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        {},
        permissions.map((permission) =>
          h(
            "tr",
            {},
            h("td", { class: "names-column" }, h("div", { class: "mono" }, permission.action), h("div", { class: "sub mono" }, permission.resource)),
            h("td", { "data-label": "Status" }, h("div", {}, badge(permission.status).element)),
            h("td", { class: "wide", "data-label": "What to do" }, h("div", {}, permission.message ?? "–", permission.remedy ? h("div", { class: "remedy" }, withoutCall(permission.remedy)) : null)),
          ),
        ),
      ),
    ),
  );
}
