// The frame of the console: who is logged in, which page is shown, and the way from one to the next.
//
// A page is a module of pages/ with `async render(page, context)`: it puts an h1 and what it has to show into the element `page`,
// calls `setTitle`, and throws what it cannot handle. The context:
//   api        calls the API: api.js
//   params     what the address has in the place of `:name`
//   query      URLSearchParams of the address
//   project    {id, name, slug, environments} that is looked at; undefined where the person may see none
//   projects   all of them
//   choose     (projectId): another one is looked at from now on
//   navigate   (path): goes to another page
//   announce   (text): says it to screen readers
//   setTitle   (text): of the document
//   signal     aborted when the page is left
//   reload     (): the page from the beginning

import { Api } from "./api.js";
import { h, icon, replace, setText } from "./dom.js";
import { render as login } from "./pages/login.js";

const TITLE = "KMS Secret Sync";

// The first that fits; what stands behind a colon is given to the page.
const ROUTES = [
  ["/syncs", () => import("./pages/syncs.js")],
  ["/syncs/new", () => import("./pages/add-sync.js")],
  ["/syncs/:syncId", () => import("./pages/sync.js")],
  ["/syncs/:syncId/edit", () => import("./pages/edit-sync.js")],
  ["/syncs/:syncId/runs/:runId", () => import("./pages/run.js")],
  ["/connections", () => import("./pages/connections.js")],
  ["/connections/new", () => import("./pages/add-connection.js")],
  ["/connections/:connectionId", () => import("./pages/connection.js")],
  ["/audit", () => import("./pages/audit.js")],
];

const SECTIONS = [
  { path: "/syncs", label: "Secret Syncs", icon: "syncs" },
  { path: "/connections", label: "Connections", icon: "connections" },
  { path: "/audit", label: "Audit", icon: "audit" },
];

/** What a person has chosen, for as long as the page is open. A reload forgets it, and logs out. */
const session = { projects: null, projectId: null };

const app = document.getElementById("app");
const announcements = document.getElementById("announcements");
const api = new Api((reason) => {
  forget();
  show({ notice: `Log in again: ${reason}` });
});
let leaving = new AbortController();
let frame = null;

/** Says something to screen readers without moving the focus. */
function announce(text) {
  setText(announcements, "");
  setTimeout(() => setText(announcements, text), 100);
}

function forget() {
  session.projects = null;
  session.projectId = null;
  frame = null;
}

/** Where the address says we are: {path, query}. */
function location() {
  const [path, query] = window.location.hash.replace(/^#/, "").split("?");
  return { path: path || "/syncs", query: new URLSearchParams(query ?? "") };
}

function match(path) {
  const parts = path.split("/");
  for (const [pattern, load] of ROUTES) {
    const wanted = pattern.split("/");
    const fits = wanted.length === parts.length && wanted.every((part, i) => part.startsWith(":") || part === parts[i]);
    if (fits) {
      const params = {};
      wanted.forEach((part, i) => {
        if (part.startsWith(":")) {
          params[part.slice(1)] = decodeURIComponent(parts[i]);
        }
      });
      return { load, params };
    }
  }
  return null;
}

/** Goes to another page, such as `/syncs/new`. */
export function navigate(path) {
  window.location.hash = path;
}

/**
 * The projects that the person may see.
 *
 * @returns {Promise<Array<{id: string, name: string, slug: string, environments: Array<{slug: string, name: string}>}>>}
 */
async function projects() {
  session.projects ??= (await api.get("/secret-syncs/projects")).projects;
  return session.projects;
}

/** The project that is looked at; undefined where there is none. */
async function project() {
  const all = await projects();
  return all.find((each) => each.id === session.projectId) ?? all[0];
}

async function choose(id) {
  session.projectId = id;
  if (frame) {
    frame.picker.value = (await project())?.id ?? "";
  }
}

function makeFrame() {
  const picker = h("select", {
    id: "project",
    onchange: () => {
      session.projectId = picker.value;
      const section = SECTIONS.find((each) => location().path.startsWith(each.path)) ?? SECTIONS[0];
      const target = `#${section.path}?project=${encodeURIComponent(picker.value)}`;
      window.location.hash = target;
    },
  });
  const links = SECTIONS.map((section) => ({
    section,
    element: h("a", { href: `#${section.path}` }, icon(section.icon), h("span", {}, section.label)),
  }));
  const main = h("main", { id: "main", tabindex: "-1" });
  const element = h(
    "div",
    { class: "frame" },
    h(
      "header",
      { class: "bar" },
      h("a", { class: "brand", href: "#/syncs" }, h("img", { src: "console/icon.svg", alt: "", width: 28, height: 28 }), h("span", {}, TITLE)),
      h("div", { class: "project" }, h("label", { for: "project" }, "Project"), picker),
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          onclick: () => {
            api.logOut();
            forget();
            show({ notice: "You have logged out." });
          },
        },
        "Log out",
      ),
    ),
    h(
      "nav",
      { class: "sections", "aria-label": "Sections" },
      h(
        "ul",
        {},
        links.map((link) => h("li", {}, link.element)),
        h("li", { class: "apart" }, h("a", { href: "docs/" }, icon("docs"), h("span", {}, "API"))),
      ),
    ),
    main,
  );
  return { element, main, links, picker };
}

function fillPicker(all, chosen) {
  replace(
    frame.picker,
    all.map((each) => h("option", { value: each.id }, each.name)),
  );
  frame.picker.value = chosen?.id ?? "";
  frame.picker.disabled = all.length === 0;
}

function setTitle(text) {
  document.title = text ? `${text} - ${TITLE}` : TITLE;
}

function problem(error) {
  return h(
    "div",
    { class: "page" },
    h("h1", { tabindex: "-1" }, error.status === 404 ? "Not there" : "That did not work"),
    h("div", { class: "notice bad", role: "alert" }, icon("warning"), h("p", {}, error.message)),
    h("p", {}, h("button", { type: "button", onclick: () => show() }, "Try again"), " ", h("a", { href: "#/syncs" }, "Back to all syncs")),
  );
}

/** Shows the page that the address names. */
async function show({ notice } = {}) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  // A dialog is of the page that is left.
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());

  if (!api.loggedIn) {
    frame = null;
    setTitle("Log in");
    const main = h("main", { id: "main", class: "login", tabindex: "-1" });
    replace(app, main);
    login(main, { api, notice, onLoggedIn: () => show() });
    return;
  }

  const { path, query } = location();
  const found = match(path);
  try {
    if (query.get("project")) {
      session.projectId = query.get("project");
    }
    const all = await projects();
    const chosen = await project();
    if (signal.aborted) {
      return;
    }
    session.projectId = chosen?.id ?? null;
    if (!frame) {
      frame = makeFrame();
      replace(app, frame.element);
    }
    fillPicker(all, chosen);
    for (const { section, element } of frame.links) {
      if (path.startsWith(section.path)) {
        element.setAttribute("aria-current", path === section.path ? "page" : "true");
      } else {
        element.removeAttribute("aria-current");
      }
    }
    if (!found) {
      setTitle("Not there");
      replace(frame.main, h("div", { class: "page" }, h("h1", { tabindex: "-1" }, "There is no such page"), h("p", {}, h("a", { href: "#/syncs" }, "Back to all syncs"))));
      focusHeading();
      return;
    }
    frame.main.setAttribute("aria-busy", "true");
    const page = await found.load();
    if (signal.aborted) {
      return;
    }
    const target = h("div", { class: "page" });
    await page.render(target, {
      api,
      params: found.params,
      query,
      project: chosen,
      projects: all,
      choose,
      navigate,
      announce,
      setTitle,
      signal,
      reload: () => show(),
    });
    if (signal.aborted) {
      return;
    }
    replace(frame.main, target);
    window.scrollTo(0, 0);
    focusHeading();
  } catch (error) {
    if (signal.aborted || error.name === "AbortError" || !api.loggedIn) {
      return;
    }
    if (!frame) {
      frame = makeFrame();
      replace(app, frame.element);
    }
    setTitle("That did not work");
    replace(frame.main, problem(error));
    focusHeading();
    if (error.name !== "ApiError") {
      throw error;
    }
  } finally {
    frame?.main.removeAttribute("aria-busy");
  }
}

/** After a change of page the focus goes to its heading, so that a screen reader says where one is. */
function focusHeading() {
  const heading = frame.main.querySelector("h1");
  if (heading) {
    heading.setAttribute("tabindex", "-1");
    heading.focus({ preventScroll: true });
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  // The address is the page's; the link is for the focus only.
  event.preventDefault();
  document.getElementById("main")?.focus();
});
window.addEventListener("hashchange", () => show());
show();
