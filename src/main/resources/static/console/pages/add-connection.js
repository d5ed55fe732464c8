import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Add connection");
  page.append(h("h1", {}, "Add connection"));
}
