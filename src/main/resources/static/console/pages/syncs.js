import { h } from "../dom.js";

export async function render(page, { setTitle }) {
  setTitle("Secret Syncs");
  page.append(h("h1", {}, "Secret Syncs"));
}
