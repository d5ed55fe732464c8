// Log in, with a machine identity or a token. Neither is kept anywhere but in memory.

import { h, icon } from "../dom.js";
import { field, form } from "../form.js";

/** @param {Element} main @param {{api: Api, notice: string, onLoggedIn: function}} context */
export function render(main, { api, notice, onLoggedIn }) {
  const clientId = field({ path: "clientId", label: "Client ID", required: true });
  const clientSecret = field({ path: "clientSecret", label: "Client secret", type: "password", required: true });
  const token = field({
    path: "token",
    label: "Access token",
    type: "password",
    required: true,
    hint: "Of your KMS, or of the OIDC issuer that the service accepts.",
  });

  const byIdentity = form({
    fields: [clientId, clientSecret],
    submit: "Log in",
    onsubmit: async () => {
      const secret = clientSecret.value;
      clientSecret.value = "";
      await api.logIn(clientId.value.trim(), secret);
      onLoggedIn();
    },
  });
  const byToken = form({
    fields: [token],
    submit: "Use this token",
    onsubmit: async () => {
      const given = token.value.trim();
      token.value = "";
      await api.useToken(given);
      onLoggedIn();
    },
  });

  main.append(
    h(
      "div",
      { class: "login-card" },
      h("img", { src: "console/icon.svg", alt: "", width: 44, height: 44 }),
      h("h1", { tabindex: "-1" }, "KMS Secret Sync"),
      h("p", { class: "lead" }, "Keeps AWS Secrets Manager in step with your KMS."),
      notice ? h("div", { class: "notice", role: "status" }, icon("info"), h("p", {}, notice)) : null,
      h("h2", {}, "Log in with a machine identity"),
      byIdentity.element,
      h("details", { class: "other-way" }, h("summary", {}, "Log in with a token instead"), byToken.element),
      h("p", { class: "hint" }, "What you type here is kept in memory only: closing or reloading the page logs you out."),
    ),
  );
  clientId.focus();
}
