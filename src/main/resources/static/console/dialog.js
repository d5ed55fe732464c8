// Dialogs: the browser's own, which keep the focus inside and give it back.

import { h, icon, replace } from "./dom.js";
import { errorSummary } from "./form.js";

let made = 0;

/**
 * Asks before something is done, saying what will be.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {Node|string|Array|function(): Promise} options.content what will happen; a function is asked for it while the dialog shows
 *     that it is being found out, and may answer {content, disabled: true} where there is nothing to do
 * @param {string} options.confirm label of the button that does it
 * @param {function(): Promise} options.onconfirm does it; what it throws is shown, and the dialog stays
 * @param {boolean} [options.danger]
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ title, content, confirm, onconfirm, danger = false }) {
  return new Promise((resolve) => {
    const id = `dialog-${++made}`;
    const summary = errorSummary();
    const body = h("div", { class: "dialog-body", id: `${id}-body`, "aria-live": "polite" });
    const doIt = h("button", { class: danger ? "danger" : "primary", type: "submit" }, confirm);
    const cancel = h("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
    let done = false;
    let busy = false;
    const opener = document.activeElement;

    const dialog = h(
      "dialog",
      {
        "aria-labelledby": id,
        "aria-describedby": `${id}-body`,
        onclose: () => {
          dialog.remove();
          if (opener?.isConnected) {
            opener.focus();
          }
          resolve(done);
        },
      },
      h(
        "form",
        {
          novalidate: true,
          onsubmit: async (event) => {
            event.preventDefault();
            if (busy || doIt.disabled) {
              return;
            }
            busy = true;
            summary.clear();
            doIt.setAttribute("aria-disabled", "true");
            try {
              await onconfirm();
              done = true;
              dialog.close();
            } catch (error) {
              summary.show(error.message, (error.issues ?? []).map((issue) => ({ text: issue.message })));
              if (error.name !== "ApiError") {
                throw error;
              }
            } finally {
              busy = false;
              doIt.removeAttribute("aria-disabled");
            }
          },
        },
        h("h2", { id, tabindex: "-1" }, title),
        summary.element,
        body,
        h("div", { class: "actions" }, doIt, cancel),
      ),
    );

    if (typeof content === "function") {
      doIt.disabled = true;
      replace(body, h("p", { class: "busy-text" }, icon("syncs"), "Finding out what would happen…"));
      content().then(
        (found) => {
          replace(body, found?.content ?? found);
          doIt.disabled = Boolean(found?.disabled);
        },
        (error) => {
          replace(body);
          summary.show(error.message);
          if (error.name !== "ApiError") {
            throw error;
          }
        },
      );
    } else {
      replace(body, content);
    }
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("h2").focus();
  });
}

/**
 * A dialog with a form of one's own.
 *
 * @param {string} title
 * @param {function(function): Node} content given what closes the dialog
 * @returns {Promise} resolved when it is closed, with what the closing function was told
 */
export function open(title, content) {
  return new Promise((resolve) => {
    const id = `dialog-${++made}`;
    const opener = document.activeElement;
    let result;
    const dialog = h(
      "dialog",
      {
        "aria-labelledby": id,
        onclose: () => {
          dialog.remove();
          if (opener?.isConnected) {
            opener.focus();
          }
          resolve(result);
        },
      },
      h("h2", { id, tabindex: "-1" }, title),
    );
    const close = (value) => {
      result = value;
      dialog.close();
    };
    dialog.append(content(close));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("h2").focus();
  });
}
