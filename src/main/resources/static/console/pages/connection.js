import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Connection");
  page.append(h("h1", {}, "Connection"));
}
