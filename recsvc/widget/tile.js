// Tile: one item as elements. Whatever the catalogue holds goes in as text or as a checked address, never as HTML.
const IMAGE_SIDE = 320;

function make(tag, part, content = [], properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (part) element.part = part;
  element.append(...[content].flat().filter((child) => child !== null));
  return element;
}

// What can be shown of an item, as text: the fields of templates.
function shownOf(item, slate, { locale, currency, language }) {
  const link = address(item.link);
  link?.searchParams.set("recommendation_id", slate.recommendation_id);
  const money = (amount) => priced(amount, currency ?? item.currency, locale);
  const onSale = typeof item.sale_price === "number" && item.sale_price < item.price;
  return {
    ...item,
    title: item.title ?? item.item_id,
    link: item.link && link ? link.href : null,
    image_link: (item.image_link && address(item.image_link)?.href) || null,
    price: money(item.price),
    sale_price: onSale ? money(item.sale_price) : null,
    reason: reasonIn(language, item.reason, slate.about),
  };
}

function tileOf(shown, words, extra) {
  const heading = shown.link ? make("a", "link", shown.title, { href: shown.link }) : make("span", "", shown.title);
  return [
    make("div", "picture", picture(shown)),
    make("div", "text", [
      ...extra.map((name) => make("p", `field ${name}`, shown[name] === null || shown[name] === undefined ? [] : String(shown[name]))),
      make("p", "title", heading),
      make("p", "price", prices(shown, words)),
      make("p", "reason", make("span", "", shown.reason, { lang: words.language })),
    ]),
  ];
}

function picture({ image_link, title }) {
  const initial = () => {
    const letter = make("span", "initial", Array.from(title.trim())[0] ?? "", { ariaHidden: "true" });
    // Of its own colour, always the same for the same title.
    letter.style.setProperty("--_hue", Array.from(title).reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 360, 7));
    return letter;
  };
  if (!image_link) return initial();
  const image = make("img", "image", [], { alt: title, width: IMAGE_SIDE, height: IMAGE_SIDE, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(initial()), { once: true });
  image.src = image_link;
  return image;
}

function prices({ price, sale_price }, words) {
  const labelled = (label, tag, part, text) => [make("span", "", `${label} `, { className: "unseen", lang: words.language }), make(tag, part, text)];
  if (price === null) return [];
  return sale_price === null ? [price] : [...labelled(words.sale, "strong", "sale-price", sale_price), " ", ...labelled(words.regular, "s", "regular-price", price)];
}

// The shop's own look: a copy of its template with `data-field` filled in; a field that is missing hides its element.
function fromTemplate(template, shown) {
  const copy = document.importNode(template.content, true);
  for (const element of copy.querySelectorAll("[data-field]")) fill(element, element.dataset.field, shown);
  return make("div", "", [copy]);
}

function fill(element, field, shown) {
  const value = Object.hasOwn(shown, field) ? shown[field] : null;
  if (/^(script|style|iframe|object|embed)$/.test(element.localName)) return;
  element.hidden = value === null || value === "";
  if (element.hidden) return;
  if (element instanceof HTMLAnchorElement && field === "link") element.href = value;
  else if (element instanceof HTMLImageElement && field === "image_link") {
    element.alt ||= shown.title;
    element.src = value;
  } else element.textContent = value;
}
