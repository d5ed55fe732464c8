import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Edit sync");
  page.append(h("h1", {}, "Edit sync"));
}
