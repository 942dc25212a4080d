// Why an item is in a slate, or what keeps it out, in the words of the Engine.

import { json } from "./api.js";
import { $, fill, h, latest } from "./dom.js";
import { picture } from "./picture.js";
import { score, spaced } from "./words.js";

// `item`: of a slate; null asks for the id of one that is missing. `placements`: a draft, else what is served.
export function why(query, item, placements) {
  const answer = h("div", { "aria-live": "polite" });
  fill($("why"),
    h("form", { method: "dialog" }, h("button", { class: "quiet close", "aria-label": "Close" }, "Close")),
    h("h2", { id: "why-title" }, item ? item.title ?? item.item_id : `Why is it not in ${query.placement}?`),
    item ? about(item) : question(query, placements, answer),
    answer);
  $("why").showModal();
  if (item) explain(answer, query, item.item_id, placements);
}

const about = (item) => h("div", { class: "about" },
  picture(item), h("p", {}, item.reason.text, h("br"), h("span", { class: "muted" }, `${item.item_id} · ${item.category ?? "no category"}`)));

function question(query, placements, answer) {
  const ask = (event) => {
    event.preventDefault();
    const itemId = event.target.elements.item_id.value.trim();
    if (itemId) explain(answer, query, itemId, placements);
  };
  return h("form", { class: "controls", onsubmit: ask },
    h("span", {}, h("label", { for: "why-item" }, "Item id"),
      h("input", { id: "why-item", name: "item_id", list: "known-items", autocomplete: "off", required: true })),
    h("button", {}, "Explain"));
}

const explain = latest(async (current, answer, query, itemId, placements) => {
  const { fields, ...request } = query;
  try {
    const verdict = await json("/v1/recommendations:explain", { body: { request, item_id: itemId, placements } });
    if (current()) fill(answer, findings(verdict), scores(verdict));
  } catch (error) {
    if (current()) fill(answer, h("p", { class: "fault" }, error.message));
  }
});

const findings = (verdict) => h("ul", { class: verdict.shown ? "findings" : "findings out" },
  verdict.findings.map((finding) => h("li", {}, finding.text)));

const scores = (verdict) => (verdict.scores.length
  ? h("table", {},
    h("thead", {}, h("tr", {}, ["Method", "Its place", "Its score"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, verdict.scores.map((one) => h("tr", {},
      h("td", {}, spaced(one.method)), h("td", { class: "number" }, one.place), h("td", { class: "number" }, score(one.score))))))
  : h("p", { class: "muted" }, "No method has it among its candidates."));
