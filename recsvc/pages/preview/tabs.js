// Tabs as the ARIA practices have them: arrows move, one panel shows.

import { $ } from "./dom.js";

export function tabs(names, opened) {
  const all = names.map((name) => $(`tab-${name}`));
  const open = (chosen) => {
    names.forEach((name, place) => {
      const on = place === chosen;
      all[place].setAttribute("aria-selected", String(on));
      all[place].tabIndex = on ? 0 : -1;
      $(name).hidden = !on;
    });
    opened(names[chosen]);
  };
  all.forEach((tab, place) => {
    tab.addEventListener("click", () => open(place));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (place + step + all.length) % all.length;
      all[next].focus();
      open(next);
    });
  });
}
