// A placement tried before it is saved, beside what is served today.

import { Refused, json, page } from "./api.js";
import { $, fill, h, latest } from "./dom.js";
import { tiles } from "./slates.js";
import { FIELDS, asked } from "./state.js";

const draft = { placement: null, text: "" };

export async function show(state) {
  if (!state.placements.some(({ placement }) => placement === draft.placement)) await take(state.placements[0].placement);
  const results = { served: h("div", {}), drafted: h("div", {}), told: h("div", { "aria-live": "polite" }) };
  fill($("rules"),
    h("form", { class: "draft", onsubmit: (event) => { event.preventDefault(); compare(state, results); } },
      h("div", {}, h("label", { for: "rules-placement" }, "Placement"), pick(state), h("label", { for: "rules-text" }, "Draft"), editor()),
      h("div", { class: "beside" }, h("button", {}, "Try it"), results.told,
        h("p", { class: "muted" }, "Nothing is saved: put the text into the placements file when it is right. ",
          h("a", { href: "/v1/placements/schema" }, "What may stand there")))),
    h("h3", {}, "Served today"), results.served,
    h("h3", {}, "By the draft"), results.drafted);
  await compare(state, results);
}

async function take(placement) {
  draft.placement = placement;
  draft.text = (await page("/v1/placements/source", { query: { placement } })).text;
}

const pick = (state) => h("select", {
  id: "rules-placement",
  onchange: async (event) => { await take(event.target.value); await show(state); },
}, state.placements.map(({ placement }) => h("option", { value: placement, selected: placement === draft.placement }, placement)));

function editor() {
  const area = h("textarea", { id: "rules-text", spellcheck: "false", oninput: (event) => { draft.text = event.target.value; } });
  area.value = draft.text;
  return area;
}

const compare = latest(async (current, state, { served, drafted, told }) => {
  const known = state.placements.find(({ placement }) => placement === draft.placement);
  const query = { ...asked(state, known), fields: FIELDS };
  // How many there are is the draft's to say.
  const { limit, ...request } = query;
  const [today, tried] = await Promise.allSettled([
    json("/v1/recommendations:batch", { body: { requests: [request] } }),
    json("/v1/placements:try", { body: { placements: draft.text, request } }),
  ]);
  if (!current()) return;
  if (today.status === "rejected") throw today.reason;
  fill(served, tiles(today.value.results[0], request));
  if (tried.status === "fulfilled") {
    fill(told, tried.value.notes.map((note) => h("p", { class: "note" }, note)));
    fill(drafted, tiles(tried.value.slate, request, draft.text));
  } else if (tried.reason instanceof Refused) {
    fill(told, h("p", { class: "fault" }, tried.reason.message), h("ul", { class: "faults" }, tried.reason.faults.map((fault) => h("li", {}, fault))));
    fill(drafted);
  } else throw tried.reason;
});
