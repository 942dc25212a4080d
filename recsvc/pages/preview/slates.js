// Every placement's slate for the chosen customer, with the method and the reason of each item.

import { json } from "./api.js";
import { $, fill, h, latest } from "./dom.js";
import { picture } from "./picture.js";
import { FIELDS, asked } from "./state.js";
import { why } from "./why.js";
import { money, score, spaced } from "./words.js";

export const show = latest(async (current, state) => {
  $("slates").setAttribute("aria-busy", "true");
  const requests = state.placements.map((placement) => ({ ...asked(state, placement), fields: FIELDS }));
  const { results } = await json("/v1/recommendations:batch", { body: { requests } });
  if (!current()) return;
  fill($("slates"), state.placements.map((placement, place) => card(placement, results[place], requests[place])));
  $("slates").removeAttribute("aria-busy");
});

function card(placement, slate, query) {
  const about = h("div", { class: "about" },
    h("h3", {}, placement.placement),
    h("span", { class: "chip" }, spaced(placement.kind)),
    slate.fallback ? h("span", { class: "chip warn", title: "The list that filled what the kind left empty" },
      `filled by ${spaced(slate.fallback)}`) : null,
    slate.holdout ? h("span", { class: "chip warn", title: "Kept from personalisation, to measure what it adds" },
      "holdout") : null,
    h("button", { class: "quiet", onclick: () => why(query, null) }, "Why not …?"));
  return h("article", { class: "placement" },
    about,
    placement.description ? h("p", { class: "muted" }, placement.description) : null,
    tiles(slate, query));
}

export function tiles(slate, query, placements) {
  if (slate.items === undefined) return h("p", { class: "fault" }, slate.detail ?? slate.title);
  if (!slate.items.length) return h("p", { class: "empty" }, "Nothing to show: no item qualifies.");
  return h("ol", { class: "tiles" }, slate.items.map((item) => tile(item, query, placements)));
}

function tile(item, query, placements) {
  const title = item.title ?? item.item_id;
  const now = item.sale_price ?? item.price;
  return h("li", {},
    h("button", { class: "tile", title: "Why is this here?", onclick: () => why(query, item, placements) },
      picture(item),
      h("strong", {}, title),
      h("span", { class: "price" },
        money(now, item.currency),
        item.sale_price != null && item.sale_price < item.price ? h("s", {}, money(item.price, item.currency)) : null),
      h("span", { class: "reason" }, item.reason.text),
      h("span", { class: "method" }, `${spaced(item.method)} · ${score(item.score)}`)));
}
