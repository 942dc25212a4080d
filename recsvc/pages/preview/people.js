// Finding a customer, and what the one chosen bought.

import { json } from "./api.js";
import { $, fill, h, latest } from "./dom.js";
import { picture } from "./picture.js";
import { ago, counted, money } from "./words.js";

const LISTED = 30;

export const list = latest(async (current, state, choose) => {
  const found = await json("/v1/customers", { query: { starts_with: $("customer").value.trim(), limit: LISTED } });
  if (!current()) return;
  fill($("customers"),
    found.customers.map((person) => h("li", {},
      h("button", {
        "aria-current": person.customer_id === state.customer ? "true" : null,
        onclick: () => choose(person.customer_id),
      }, h("strong", {}, person.customer_id), h("span", {}, `${counted(person.items, "item")}, ${ago(person.ago, found.unit)}`)))),
    found.customers.length ? null : h("li", { class: "muted" }, "Nobody's id begins like that."),
    h("li", {}, h("button", {
      "aria-current": state.customer ? null : "true",
      onclick: () => choose(null),
    }, h("strong", {}, "A visitor"), h("span", {}, "without a history"))));
  return found.customers[0]?.customer_id;
});

export const describe = latest(async (current, state) => {
  const query = { customer_id: state.customer, limit: 60 };
  const known = state.customer ? await json("/v1/customers/purchases", { query }) : { purchases: [], attributes: {} };
  if (!current()) return false;
  state.purchases = known.purchases;
  fill($("known-items"), known.purchases.map((one) => h("option", { value: one.item_id }, one.title ?? "")));
  fill($("person"), heading(state, known), bought(known));
  return true;
});

function heading(state, known) {
  const attributes = Object.entries(known.attributes).filter(([, value]) => value != null);
  return h("div", { class: "about" },
    h("h2", {}, state.customer ?? "A visitor without a history"),
    attributes.map(([name, value]) => h("span", { class: "chip" }, `${name}: ${value}`)));
}

function bought(known) {
  if (!known.purchases.length) return h("p", { class: "muted" }, "Has bought nothing that the bundle knows of.");
  return h("details", { class: "bought", open: true },
    h("summary", {}, `Bought ${counted(known.items, "item")}`, known.items > known.purchases.length
      ? h("span", { class: "muted" }, `, the latest ${known.purchases.length} of them`) : null),
    h("ol", { class: "strip", tabindex: 0, "aria-label": "Purchases" }, known.purchases.map((one) => h("li", {},
      picture(one),
      h("strong", {}, one.title ?? one.item_id),
      h("span", { class: "muted" }, `${counted(one.orders, "order")}, ${ago(one.ago, known.unit)}`),
      h("span", { class: "price" }, money(one.price, one.currency))))));
}
