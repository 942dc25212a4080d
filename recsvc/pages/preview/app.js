// Preview: any customer, what they bought, and what every placement would show them.

import { Refused, forgetKey, json, keepKey, takeKey } from "./api.js";
import { $, fill, h } from "./dom.js";
import * as mail from "./mail.js";
import * as people from "./people.js";
import * as rules from "./rules.js";
import * as slates from "./slates.js";
import { tabs } from "./tabs.js";

const PAUSE_MS = 200;
const PANELS = { slates, mail, rules };
const state = { customer: null, purchases: [], placements: [], item: "", cart: "", recent: "", asOf: "" };
let opened = "slates";

async function open() {
  const [model, { placements }] = await Promise.all([json("/v1/model"), json("/v1/placements")]);
  state.placements = placements;
  const { first, last } = model.training_window;
  fill($("bundle"), `${model.model_version} · learned from ${day(first)} to ${day(last)} · `,
    `${model.customers.toLocaleString()} customers, ${model.items.toLocaleString()} items`);
  $("sign-in").hidden = true;
  $("sign-out").hidden = $("desk").hidden = false;
  const asked = new URLSearchParams(location.search).get("customer_id");
  const found = await people.list(state, choose);
  await choose(asked ?? found ?? null);
}

async function choose(customer) {
  state.customer = customer;
  await guarded(async () => {
    if (await people.describe(state)) await Promise.all([people.list(state, choose), PANELS[opened].show(state)]);
  });
}

// A refusal is told in the page; a key that is refused is asked for again.
async function guarded(work) {
  try {
    fill($("notice"));
    await work();
  } catch (error) {
    const refused = error instanceof Refused;
    if (refused && (error.status === 401 || error.status === 403)) signOut();
    fill($("notice"), h("p", { class: "fault" }, refused ? error.message : "The service does not answer.",
      refused ? error.faults.map((fault) => h("br", {}, fault)) : null));
    if (!refused) console.error(error);
  }
}

function signOut() {
  forgetKey();
  $("sign-in").hidden = false;
  $("sign-out").hidden = $("desk").hidden = true;
  $("key").value = "";
  $("key").focus();
}

function later(work) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(work, PAUSE_MS); };
}

const day = (text) => (typeof text === "string" ? text.slice(0, 10) : String(text));

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey($("key").value);
  guarded(open);
});
$("sign-out").addEventListener("click", () => { fill($("notice")); signOut(); });
$("search").addEventListener("submit", (event) => { event.preventDefault(); choose($("customer").value.trim() || null); });
$("customer").addEventListener("input", later(() => guarded(() => people.list(state, choose))));
for (const [id, name] of [["item", "item"], ["cart", "cart"], ["recent", "recent"], ["as-of", "asOf"]]) {
  $(id).addEventListener("change", () => { state[name] = $(id).value.trim(); guarded(() => PANELS[opened].show(state)); });
}
tabs(Object.keys(PANELS), (name) => { opened = name; guarded(() => PANELS[name].show(state)); });

if (takeKey()) guarded(open);
else signOut();
