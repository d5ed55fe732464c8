// Make a connection of the project.

import { connectionForm } from "../connection-form.js";
import { h } from "../dom.js";
import { breadcrumb } from "../words.js";

export async function render(page, { api, project, navigate, announce, setTitle }) {
  setTitle("Add Connection");
  page.classList.add("narrow");
  page.append(
    breadcrumb(["Connections", "/connections"], ["Add", ""]),
    h("h1", {}, "Add Connection"),
    h("p", { class: "lead" }, `Syncs of ${project.name} can use it. AWS is asked whether the credentials are good before anything is saved.`),
    h(
      "div",
      { class: "card" },
      connectionForm({
        api,
        project,
        onmade: (connection) => {
          announce("The connection has been saved.");
          navigate(`/connections/${connection.id}`);
        },
        actions: [h("a", { class: "button", href: "#/connections" }, "Cancel")],
      }),
    ),
  );
}
