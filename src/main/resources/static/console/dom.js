// Elements without markup: whatever is text goes through text nodes, so nothing that the API says can become an element.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element.
 *
 * @param {string} tag
 * @param {object} [attributes] `class`, `data-*`, `aria-*` and the like as attributes; `onclick` and the like as listeners;
 *     true is an attribute without a value; null, undefined and false are none; `value` is the property
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (name === "value") {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      parent.append(child instanceof Node ? child : String(child));
    }
  }
}

/** Puts other children in place of an element's. */
export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/** Says a text, and leaves the element alone where it says so already. */
export function setText(element, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

/**
 * Makes the children of an element those of a list, by key: an element that is there stays the same one, with its focus, and is
 * only told what is new.
 *
 * @param {Element} parent whose children are all made here
 * @param {Array} items
 * @param {function} key of an item, a string
 * @param {function} make of an item: {element, update(item)}
 */
export function reconcile(parent, items, key, make) {
  const known = parent.known ?? (parent.known = new Map());
  const wanted = new Set(items.map(key));
  for (const [id, entry] of known) {
    if (!wanted.has(id)) {
      entry.element.remove();
      known.delete(id);
    }
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const id = key(item);
    let entry = known.get(id);
    if (!entry) {
      entry = make(item);
      known.set(id, entry);
    }
    entry.update(item);
    if (entry.element === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(entry.element, next);
    }
  }
}

const ICONS = {
  syncs: "M4 9a8 8 0 0 1 14-3l2 2m0-5v5h-5M20 15a8 8 0 0 1-14 3l-2-2m0 5v-5h5",
  connections: "M9 15l6-6M11 6l1-1a5 5 0 0 1 7 7l-1 1M13 18l-1 1a5 5 0 0 1-7-7l1-1",
  audit: "M8 4h11v16H5V7zM8 4v3H5M9 11h7M9 15h7",
  docs: "M5 4h10l4 4v12H5zM15 4v4h4",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6 6l12 12M18 6L6 18",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  info: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 11v5M12 7.5v.5",
  pause: "M9 5v14M15 5v14",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 7v5l3 2",
  dash: "M6 12h12",
  arrow: "M5 12h14M13 6l6 6-6 6",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  folder: "M3 6h6l2 2h10v11H3z",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5L20 20",
};

/** A small picture that says nothing which is not said in words beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
