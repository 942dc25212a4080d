// Settings: what the page says, on a slate or on the script for all slates.
const script = document.currentScript;
const BASE = script.src.replace(/\/v1\/widget\.js.*$/, "");
const KEY = script.dataset.key ?? "";

// An attribute of the slate, else `data-…` of the script, else null.
const setting = (slate, name) =>
  slate.getAttribute(name) ?? script.dataset[name.replace(/-./g, (part) => part[1].toUpperCase())] ?? null;

const numeric = (text, otherwise) => (text && Number(text) > 0 ? Number(text) : otherwise);

// Ids from an attribute by comma, and from children such as <data slot="item" value="A,1">, whose ids hold any character.
const ids = (slate, name) => [
  ...(slate.getAttribute(name) ?? "").split(",").map((id) => id.trim()),
  ...Array.from(slate.children, (child) => (child.slot === name ? child.getAttribute("value") : "")),
].filter(Boolean);

// Only addresses that a browser follows or loads; a catalogue may hold `javascript:` as well.
function address(link) {
  try {
    const url = new URL(link, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
