import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Audit");
  page.append(h("h1", {}, "Audit"));
}
