// How things are said.

import { h, icon, setText } from "./dom.js";

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const ABSOLUTE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "5 minutes ago", "in 20 seconds". */
export function relative(instant, now = Date.now()) {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) {
      return RELATIVE.format(Math.trunc(seconds / size), unit);
    }
  }
  return Math.abs(seconds) < 5 ? (seconds > 0 ? "in a moment" : "just now") : RELATIVE.format(seconds, "second");
}

/** The date and time of an instant, in the time zone of whoever looks. */
export function absolute(instant) {
  return ABSOLUTE.format(new Date(instant));
}

/**
 * An element that says how long ago something was, or will be, and keeps saying it.
 *
 * @param {{due?: boolean}} [options] whether what should have been is still to come
 * @returns {{element: Element, update: function(string|null, string=)}} update takes the instant, and what is said without one
 */
export function moment(instant, none = "–", { due = false } = {}) {
  const element = h("time", { class: due ? "due" : null });
  const update = (at, otherwise = none) => {
    if (!at) {
      element.removeAttribute("datetime");
      element.removeAttribute("title");
      setText(element, otherwise);
      return;
    }
    element.setAttribute("datetime", at);
    element.title = absolute(at);
    speak(element);
  };
  update(instant);
  return { element, update };
}

function speak(element) {
  const overdue = element.classList.contains("due") && new Date(element.dateTime).getTime() <= Date.now();
  setText(element, overdue ? "any moment" : relative(element.dateTime));
}

// Relative times go on while nothing else changes.
setInterval(() => {
  if (document.visibilityState === "visible") {
    for (const element of document.querySelectorAll("time[datetime]:not(.fixed)")) {
      speak(element);
    }
  }
}, 5_000);

const STATUS = {
  succeeded: { label: "Synced", icon: "check", tone: "good" },
  failed: { label: "Failed", icon: "cross", tone: "bad" },
  pending: { label: "Pending", icon: "clock", tone: "busy" },
  running: { label: "Running", icon: "syncs", tone: "busy" },
  paused: { label: "Paused", icon: "pause", tone: "calm" },
  never: { label: "Never synced", icon: "dash", tone: "calm" },
  skipped: { label: "Skipped", icon: "dash", tone: "calm" },
  "needs-approval": { label: "Waits for approval", icon: "warning", tone: "warn" },
  blocked: { label: "Waits for approval", icon: "warning", tone: "warn" },
  trouble: { label: "Does not work", icon: "cross", tone: "bad" },
  works: { label: "Works", icon: "check", tone: "good" },
  allowed: { label: "Allowed", icon: "check", tone: "good" },
  missing: { label: "Missing", icon: "cross", tone: "bad" },
  unknown: { label: "Not tried", icon: "dash", tone: "calm" },
};

/**
 * A status in a word, a picture and a colour.
 *
 * @param {string} status one of the above
 * @param {string} [label] another word for it
 * @returns {{element: Element, update: function(string, string=)}}
 */
export function badge(status, label) {
  const element = h("span", {});
  let shown;
  const update = (wanted, word) => {
    const style = STATUS[wanted] ?? { label: wanted, icon: "dash", tone: "calm" };
    const text = word ?? style.label;
    if (shown === wanted + text) {
      return;
    }
    shown = wanted + text;
    element.className = `badge ${style.tone}`;
    element.replaceChildren(icon(style.icon), text);
  };
  update(status, label);
  return { element, update };
}

/** "1 secret", "12 secrets". */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** How long something took: "840 ms", "3.2 s", "4 min 10 s". */
export function duration(milliseconds) {
  if (milliseconds < 1000) {
    return `${milliseconds} ms`;
  }
  if (milliseconds < 60_000) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
  }
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}
