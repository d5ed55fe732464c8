// The AWS connections that the project can use.

import { h, icon, replace } from "../dom.js";
import { badge, moment } from "../format.js";
import { METHOD, word } from "../words.js";

/** What the project may use: its own connections and those of the organization. */
async function usable(api, project, signal) {
  const [all, available] = await Promise.all([
    api.get("/app-connections/aws", null, signal),
    api.get("/app-connections/aws/available", { projectId: project.id }, signal),
  ]);
  const ids = new Set(available.appConnections.map((each) => each.id));
  return all.appConnections.filter((each) => ids.has(each.id));
}

export async function render(page, { api, project, setTitle, signal }) {
  setTitle("Connections");
  const appConnections = project ? await usable(api, project, signal) : [];
  page.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "grow" }, h("h1", {}, "Connections"), h("p", { class: "lead" }, "How AWS accounts are reached: with an access key, or a role that the service assumes.")),
      project ? h("a", { class: "button primary", href: "#/connections/new" }, icon("plus"), "Add Connection") : null,
    ),
  );
  if (appConnections.length === 0) {
    page.append(
      h(
        "div",
        { class: "card empty" },
        icon("connections"),
        h("h2", {}, "There is no connection yet"),
        h("p", {}, "A connection says with which AWS account secrets are synced. Its credentials are checked with AWS before they are saved, kept encrypted, and never shown again."),
        project ? h("a", { class: "button primary", href: "#/connections/new" }, icon("plus"), "Add Connection") : null,
      ),
    );
    return;
  }
  const rows = h("tbody", {});
  replace(
    rows,
    appConnections
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((connection) =>
        h(
          "tr",
          {},
          h("td", {}, h("a", { class: "name", href: `#/connections/${connection.id}` }, connection.name), connection.description ? h("div", { class: "sub" }, connection.description) : null),
          h("td", { class: "status", "data-label": "Status" }, h("div", {}, badge(connection.trouble ? "trouble" : "works", connection.trouble ? undefined : "No trouble").element, connection.trouble ? h("div", { class: "sub clamp" }, connection.trouble.message) : null)),
          h("td", { "data-label": "Method" }, h("div", {}, word(METHOD, connection.method), connection.credentials.accessKeyId ? h("div", { class: "sub mono" }, connection.credentials.accessKeyId) : null)),
          h("td", { "data-label": "Belongs to" }, connection.project ? `Project ${connection.project.name}` : "The whole organization"),
          h("td", { "data-label": "Changed" }, moment(connection.updatedAt).element),
        ),
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
          h("caption", { class: "visually-hidden" }, "AWS connections"),
          h("thead", {}, h("tr", {}, ["Name", "Status", "Method", "Belongs to", "Changed"].map((name) => h("th", { scope: "col" }, name)))),
          rows,
        ),
      ),
    ),
  );
}
