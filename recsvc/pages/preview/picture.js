// A product's picture as mails show it: the catalogue's own, else one that the service draws from title and category.

import { h } from "./dom.js";

export const picture = (item) => h("img", {
  class: "picture",
  src: `/v1/items/photo.jpg?${new URLSearchParams({ item_id: item.item_id, width: 352 })}`,
  alt: "",
  width: 176,
  height: 176,
  loading: "lazy",
});
