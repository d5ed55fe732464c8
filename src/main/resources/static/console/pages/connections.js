import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Connections");
  page.append(h("h1", {}, "Connections"));
}
