// The e-mail block as a desktop, a phone and a dark mail program show it.

import { Refused, page } from "./api.js";
import { $, fill, h, latest } from "./dom.js";
import { asked } from "./state.js";

const LAYOUTS = ["grid-2", "grid-3", "list", "hero"];
const FRAMES = [
  { name: "Desktop", width: 640, scheme: "light" },
  { name: "Phone", width: 360, scheme: "light" },
  { name: "Dark", width: 640, scheme: "dark" },
  { name: "Dark phone", width: 360, scheme: "dark" },
];
const choice = { placement: null, layout: "", sendId: "", images: true };

export const show = latest(async (current, state) => {
  const mails = state.placements.filter(({ placement }) => placement.startsWith("email_"));
  const offered = mails.length ? mails : state.placements;
  if (!offered.some(({ placement }) => placement === choice.placement)) choice.placement = offered[0].placement;
  const redraw = () => show(state);
  const stage = h("div", { class: "frames" });
  fill($("mail"), controls(offered, redraw), stage);
  const { limit, as_of, recent, ...query } = asked(state, offered.find(({ placement }) => placement === choice.placement));
  const { placement, ...context } = query;
  const wanted = { ...context, layout: choice.layout, send_id: choice.sendId };
  try {
    const { text, headers } = await page(`/v1/email/${placement}.html`, { query: wanted });
    if (!current()) return;
    const size = new Blob([text]).size;
    const warning = headers.get("X-Block-Warning");
    fill(stage, text.trim() ? FRAMES.map((frame) => drawn(frame, text)) : h("p", { class: "empty" },
      headers.get("X-Empty-Reason") ?? "The block is empty: there are too few products to show."));
    $("mail").append(h("p", { class: warning ? "fault" : "muted" }, warning ?? `${(size / 1024).toFixed(1)} KB of HTML`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (current()) fill(stage, h("p", { class: "fault" }, error.message, error.faults.map((fault) => h("br", {}, fault))));
  }
});

function controls(offered, redraw) {
  const pick = (name, options) => h("select", {
    id: `mail-${name}`,
    onchange: (event) => { choice[name] = event.target.value; redraw(); },
  }, options.map(([value, text]) => h("option", { value, selected: value === choice[name] }, text)));
  const labelled = (name, text, control) => h("span", {}, h("label", { for: `mail-${name}` }, text), control);
  return h("form", { class: "controls", onsubmit: (event) => event.preventDefault() },
    labelled("placement", "Placement", pick("placement", offered.map(({ placement }) => [placement, placement]))),
    labelled("layout", "Layout", pick("layout", [["", "as the placement says"], ...LAYOUTS.map((name) => [name, name])])),
    labelled("sendId", "Send", h("input", {
      id: "mail-sendId", value: choice.sendId, placeholder: "none: not frozen", autocomplete: "off",
      onchange: (event) => { choice.sendId = event.target.value.trim(); redraw(); },
    })),
    labelled("images", "Pictures", h("input", {
      id: "mail-images", type: "checkbox", checked: choice.images,
      onchange: (event) => { choice.images = event.target.checked; redraw(); },
    })));
}

function drawn({ name, width, scheme }, block) {
  const frame = h("iframe", { title: `${name}: the block at ${width} pixels`, width, height: 200, sandbox: "allow-same-origin" });
  frame.style.colorScheme = scheme;
  frame.srcdoc = around(choice.images ? block : block.replaceAll(/\ssrc="[^"]*"/g, ""), scheme);
  frame.addEventListener("load", () => { frame.height = frame.contentDocument.documentElement.scrollHeight; });
  return h("figure", {}, h("figcaption", {}, name), frame);
}

// What a mail around the block would be.
function around(block, scheme) {
  const ground = scheme === "dark" ? "#1b1b1d" : "#ffffff";
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"></head><body style="margin:0;padding:12px;background:${ground}">${block}</body></html>`;
}
