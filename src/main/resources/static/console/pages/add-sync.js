import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Add Sync");
  page.append(h("h1", {}, "Add Sync"));
}
