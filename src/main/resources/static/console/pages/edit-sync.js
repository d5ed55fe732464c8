// Change a sync: only what was changed is sent.

import { regions } from "../contract.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";
import { form } from "../form.js";
import { graceField, moveOf } from "../more-fields.js";
import { deletions, leftBehind, planView } from "../plan-view.js";
import { syncFields } from "../sync-fields.js";
import { breadcrumb } from "../words.js";

export async function render(page, { api, params, projects, choose, navigate, announce, setTitle, signal }) {
  const path = `/secret-syncs/aws-secrets-manager/${encodeURIComponent(params.syncId)}`;
  const { secretSync: sync } = await api.get(path, null, signal);
  await choose(sync.projectId);
  const project = projects.find((each) => each.id === sync.projectId) ?? { id: sync.projectId, environments: sync.environment ? [sync.environment] : [] };
  const [{ appConnections }, allRegions] = await Promise.all([
    api.get("/app-connections/aws/available", { projectId: sync.projectId }, signal),
    regions(),
  ]);
  const connections = appConnections.some((each) => each.id === sync.connectionId) ? appConnections : [sync.connection, ...appConnections];
  const fields = syncFields({ api, project, connections, regions: allRegions, sync, signal });
  const before = fields.body();

  const section = (title, content) => h("section", { class: "card", "aria-label": title }, h("h2", {}, title), content);
  const { element } = form({
    fields: fields.all,
    content: [
      section("Details", fields.details),
      section("Source", fields.source),
      section("Destination", fields.destination),
      section("Options", fields.options),
    ],
    submit: "Save changes",
    actions: [h("a", { class: "button", href: `#/syncs/${sync.id}` }, "Cancel")],
    onsubmit: async () => {
      const wanted = fields.body();
      const patch = changed(before, wanted);
      if (Object.keys(patch).length === 0) {
        announce("Nothing was changed.");
        navigate(`/syncs/${sync.id}`);
        return;
      }
      const matters = Object.keys(patch).some((name) => !["name", "description"].includes(name));
      if (matters) {
        // What is wrong with the fields shows in the form, before anything is asked.
        const { plan } = await api.post(`${path}/plan`, patch, null, signal);
        const grace = leftBehind(plan) > 0 && !wanted.syncOptions.move ? graceField({ label: "Delete what is left behind after days" }) : null;
        const saved = await ask({
          title: "Save these changes?",
          content: [
            h("p", {}, sync.isAutoSyncEnabled ? "The sync runs at once, and then this happens:" : "The next run, when somebody asks for it, would do this:"),
            planView(plan),
            grace?.element,
          ],
          confirm: "Save changes",
          danger: deletions(plan) > 0,
          onconfirm: async () => {
            const move = grace ? moveOf(grace) : null;
            try {
              await api.patch(path, move ? { ...patch, syncOptions: { ...wanted.syncOptions, move } } : patch);
            } catch (error) {
              grace?.setError(error.issues?.find((issue) => issue.path.join(".") === grace.path)?.message ?? null);
              throw error;
            }
          },
        });
        if (!saved) {
          return;
        }
      } else {
        await api.patch(path, patch);
      }
      announce("Saved.");
      navigate(`/syncs/${sync.id}`);
    },
  });

  setTitle(`Edit ${sync.name}`);
  page.classList.add("narrow");
  page.append(breadcrumb(["Secret Syncs", "/syncs"], [sync.name, `/syncs/${sync.id}`], ["Edit", ""]), h("h1", {}, `Edit ${sync.name}`), element);
}

/** The fields that differ. */
function changed(before, after) {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}
