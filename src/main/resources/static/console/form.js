// Fields with a label, a hint and an error of their own; and forms that put the API's issues where they belong.

import { h, icon, replace, setText } from "./dom.js";

let made = 0;

/**
 * A labelled field.
 *
 * @param {object} options
 * @param {string} options.path where the API has it, with dots: `syncOptions.keySchema`
 * @param {string} options.label
 * @param {string|Node} [options.hint] said below the label, and to screen readers with the field
 * @param {"text"|"password"|"textarea"|"select"|"checkbox"|"radios"} [options.type]
 * @param {Array<{value: string, label: string, hint?: string}>} [options.choices] of a select or radios
 * @param {*} [options.value] true or false for a checkbox
 * @param {boolean} [options.required] what is not is called optional; the API is who refuses
 * @param {boolean} [options.plain] not part of what is sent, so neither required nor optional
 * @param {boolean} [options.disabled]
 * @param {object} [options.attributes] more of the control, such as `maxlength` or `autocomplete`
 * @param {function} [options.oninput] told the value at each keystroke or choice
 * @returns {{element: Element, path: string, label: string, value: *, setError: function(string|null), focus: function,
 *     setChoices: function(Array), setHint: function, control: Element}}
 */
export function field({ path, label, hint, type = "text", choices = [], value, required, plain, disabled, attributes = {}, oninput }) {
  const id = `field-${++made}`;
  const hintElement = h("div", { id: `${id}-hint`, class: "hint", hidden: !hint }, hint);
  const errorElement = h("div", { id: `${id}-error`, class: "field-error", hidden: true });
  const described = `${id}-hint ${id}-error`;
  const name = [label, required || plain ? null : h("span", { class: "optional" }, " (optional)")];
  let current = choices;

  const result = {
    path,
    label,
    setError(message) {
      errorElement.hidden = !message;
      replace(errorElement, message ? [icon("warning"), h("span", {}, message)] : null);
      // A group of radio buttons has no such state; its error is in its description.
      if (message && type !== "radios") {
        control.setAttribute("aria-invalid", "true");
      } else {
        control.removeAttribute("aria-invalid");
      }
      element.classList.toggle("invalid", Boolean(message));
    },
    setHint(text) {
      hintElement.hidden = !text;
      replace(hintElement, text);
    },
    setChoices(wanted) {
      const before = result.value;
      current = wanted;
      fill();
      result.value = before;
    },
    focus() {
      (type === "radios" ? control.querySelector("input:checked") ?? control.querySelector("input") : control)?.focus();
    },
    get value() {
      if (type === "checkbox") {
        return control.checked;
      }
      if (type === "radios") {
        return control.querySelector("input:checked")?.value ?? "";
      }
      return control.value;
    },
    set value(wanted) {
      if (type === "checkbox") {
        control.checked = Boolean(wanted);
      } else if (type === "radios") {
        for (const input of control.querySelectorAll("input")) {
          input.checked = input.value === wanted;
        }
      } else {
        control.value = wanted ?? "";
      }
    },
  };

  const common = { id, "aria-describedby": described, disabled, ...attributes };
  const listen = {
    oninput: () => {
      result.setError(null);
      oninput?.(result.value);
    },
  };
  let control;
  let element;
  if (type === "checkbox") {
    control = h("input", { type: "checkbox", ...common, onchange: listen.oninput });
    element = h(
      "div",
      { class: "field check" },
      control,
      h("div", {}, h("label", { for: id }, label), hintElement, errorElement),
    );
  } else if (type === "radios") {
    control = h("fieldset", { class: "field radios", "aria-describedby": described, disabled }, h("legend", {}, name), hintElement, errorElement);
    element = control;
  } else {
    if (type === "textarea") {
      control = h("textarea", { rows: 3, ...common, ...listen });
    } else if (type === "select") {
      control = h("select", { ...common, onchange: listen.oninput });
    } else {
      control = h("input", { type, autocomplete: "off", spellcheck: "false", autocapitalize: "none", ...common, ...listen });
    }
    element = h("div", { class: "field" }, h("label", { for: id }, name), hintElement, control, errorElement);
  }
  if (required && type !== "checkbox" && type !== "radios") {
    control.setAttribute("aria-required", "true");
  }

  function fill() {
    if (type === "select") {
      replace(control, optionsOf(current));
    } else if (type === "radios") {
      for (const old of control.querySelectorAll(".radio")) {
        old.remove();
      }
      const options = current.map((choice, index) => {
        const choiceId = `${id}-${index}`;
        const input = h("input", {
          type: "radio",
          id: choiceId,
          name: id,
          "aria-describedby": choice.hint ? `${choiceId}-hint` : null,
          onchange: listen.oninput,
        });
        input.value = choice.value;
        return h(
          "div",
          { class: "radio" },
          input,
          h(
            "div",
            {},
            h("label", { for: choiceId }, choice.label),
            choice.hint ? h("div", { class: "hint", id: `${choiceId}-hint` }, choice.hint) : null,
          ),
        );
      });
      errorElement.before(...options);
    }
  }

  fill();
  result.value = value ?? (type === "select" ? choices[0]?.value : value);
  result.element = element;
  result.control = control;
  return result;
}

/**
 * Rows of values, such as tags, which can be added and removed; behaves like a {@link field}, and its value is a list of lists.
 *
 * @param {object} options
 * @param {string} options.path as of a field; so are `label` and `hint`
 * @param {string} options.add label of the button that adds a row, as `remove` is of the one that removes it
 * @param {string} options.word for a row, where the API has an issue with it
 * @param {Array<{label: string, attributes?: object, choices?: Array<{value: string, label: string}>, name?: string,
 *     missing?: string}>} options.columns the first of choices has an empty value; what is said of an empty one where the API wants one,
 *     which has it by that name
 * @param {string[][]} options.values
 * @param {function(string): void} options.onchange told the path
 */
export function rowsField({ path, label, hint, add, remove, word, columns, values, onchange }) {
  const id = `rows-${++made}`;
  const lines = h("div", { class: "tag-rows" });
  const error = h("div", { class: "field-error", id: `${id}-error`, hidden: true });
  const more = h("button", { type: "button", class: "small", onclick: () => line(columns.map(() => "")).focus() }, icon("plus"), add);
  const element = h(
    "fieldset",
    { class: "field", "aria-describedby": `${id}-hint ${id}-error` },
    h("legend", {}, label, h("span", { class: "optional" }, " (optional)")),
    h("div", { class: "hint", id: `${id}-hint` }, hint),
    lines,
    error,
    h("div", {}, more),
  );

  function line(given) {
    const controls = columns.map(({ choices, attributes }, i) => {
      const common = { id: `${id}-${++made}`, ...attributes };
      const control = choices
        ? h("select", { ...common, onchange: changed }, optionsOf(choices))
        : h("input", { ...common, autocomplete: "off", spellcheck: "false", oninput: changed });
      control.value = given[i];
      return control;
    });
    const element = h(
      "div",
      { class: "tag-row" },
      columns.map((column, i) => h("div", {}, h("label", { for: controls[i].id }, column.label), controls[i])),
      h(
        "button",
        {
          type: "button",
          class: "quiet small",
          onclick: () => {
            element.remove();
            changed();
            more.focus();
          },
        },
        icon("cross"),
        h("span", { class: "visually-hidden" }, remove),
      ),
    );
    lines.append(element);
    return controls[0];
  }

  function changed() {
    result.setError(null);
    onchange(path);
  }

  values.forEach(line);
  const result = {
    path,
    label,
    element,
    get value() {
      return [...lines.children]
        .map((each) => [...each.querySelectorAll("input, select")].map((control) => control.value.trim()))
        .filter((each) => each.some(Boolean));
    },
    explain(issue) {
      const number = issue.path[path.split(".").length];
      if (typeof number !== "number") {
        return issue.message;
      }
      const column = columns.findIndex((each) => each.missing && each.name === issue.path.at(-1));
      const empty = column >= 0 && result.value[number]?.[column] === "";
      return `${word} ${number + 1}: ${empty ? columns[column].missing : issue.message}`;
    },
    setError(message) {
      error.hidden = !message;
      replace(error, message ? [icon("warning"), h("span", {}, message)] : null);
    },
    setChoices(column, choices) {
      columns[column].choices = choices;
      for (const each of lines.children) {
        const control = each.querySelectorAll("input, select")[column];
        const before = control.value;
        replace(control, optionsOf(choices));
        control.value = before;
      }
    },
    focus() {
      (lines.querySelector("input, select") ?? more).focus();
    },
  };
  return result;
}

function optionsOf(choices) {
  return choices.map((choice) => h("option", { value: choice.value }, choice.label));
}

/**
 * What is wrong with a form as a whole, with a link to each field; it takes the focus, so that it is read.
 *
 * @returns {{element: Element, show: function(string, Array<{text: string, focus?: function}>), clear: function}}
 */
export function errorSummary() {
  const title = h("p", { class: "summary-title" });
  const list = h("ul", {});
  const element = h("div", { class: "error-summary", role: "alert", tabindex: "-1", hidden: true }, icon("warning"), h("div", {}, title, list));
  return {
    element,
    show(message, entries = []) {
      setText(title, message);
      replace(
        list,
        entries.map(({ text, focus }) =>
          h("li", {}, focus ? h("button", { type: "button", class: "link", onclick: focus }, text) : text),
        ),
      );
      list.hidden = entries.length === 0;
      element.hidden = false;
      element.focus();
    },
    clear() {
      element.hidden = true;
    },
  };
}

/**
 * What an ApiError says is wrong with single fields. What AWS refuses is no issue of the API, but a message that names the field by
 * its path.
 *
 * @param {ApiError|Error} error
 * @param {Array} fields as {@link field} makes them
 * @returns {Array<{path: Array, message: string}>}
 */
export function issuesOf(error, fields) {
  if (error.issues?.length) {
    return error.issues;
  }
  const named = fields.filter((each) => each.path.includes(".") && error.message.includes(each.path));
  return named.map((each) => ({ path: each.path.split("."), message: error.message }));
}

/**
 * Puts the issues of an ApiError at their fields and into the summary. An issue goes to the field with its path, or else to the
 * one whose path is the longest beginning of it.
 *
 * @param {ApiError|Error} error
 * @param {Array} fields as {@link field} makes them
 * @param {object} summary as {@link errorSummary} makes it
 * @param {function} [reveal] told a field before it gets the focus, for example to show the step that has it
 * @returns {Array} the fields with issues
 */
export function showErrors(error, fields, summary, reveal = () => {}) {
  for (const each of fields) {
    each.setError(null);
  }
  const messages = new Map();
  const entries = [];
  const issues = issuesOf(error, fields);
  for (const issue of issues) {
    const path = issue.path.join(".");
    const owner = fields
      .filter((each) => each.path === path || path.startsWith(each.path + "."))
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (!owner) {
      entries.push({ text: path ? `${path}: ${issue.message}` : issue.message });
    } else {
      const text = owner.explain?.(issue) ?? issue.message;
      messages.set(owner, [...new Set([...(messages.get(owner) ?? []), text])]);
    }
  }
  for (const [owner, texts] of messages) {
    owner.setError(texts.join(" "));
    entries.push({
      text: `${owner.label}: ${texts.join(" ")}`,
      focus: () => {
        reveal(owner);
        owner.focus();
      },
    });
  }
  const reference = error.requestId && error.status >= 500 ? ` (request ${error.requestId})` : "";
  const told = issues.some((issue) => issue.message === error.message);
  summary.show(told ? "Some fields need another look." : error.message + reference, entries);
  return [...messages.keys()];
}

/**
 * A form that is sent once at a time.
 *
 * @param {object} options
 * @param {Array} options.fields as {@link field} makes them, for the issues of the API
 * @param {Array|Node} [options.content] what is shown; the fields, where left out
 * @param {string} options.submit label of the button
 * @param {function} options.onsubmit async; what it throws is shown
 * @param {Array<Node>} [options.actions] more buttons
 * @returns {{element: Element, summary: object, button: Element}}
 */
export function form({ fields, content, submit, onsubmit, actions = [] }) {
  const summary = errorSummary();
  const button = h("button", { class: "primary", type: "submit" }, submit);
  const element = h(
    "form",
    {
      class: "form",
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled") === "true") {
          return;
        }
        summary.clear();
        fields.forEach((each) => each.setError(null));
        button.setAttribute("aria-disabled", "true");
        try {
          await onsubmit();
        } catch (error) {
          showErrors(error, fields, summary);
          if (error.name !== "ApiError") {
            throw error;
          }
        } finally {
          button.removeAttribute("aria-disabled");
        }
      },
    },
    summary.element,
    content ?? fields.map((each) => each.element),
    h("div", { class: "actions" }, button, actions),
  );
  return { element, summary, button };
}
