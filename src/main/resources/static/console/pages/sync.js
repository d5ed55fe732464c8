import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Sync");
  page.append(h("h1", {}, "Sync"));
}
