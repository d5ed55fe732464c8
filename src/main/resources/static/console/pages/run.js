import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Run");
  page.append(h("h1", {}, "Run"));
}
