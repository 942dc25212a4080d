// Element: <rec-slate>, one placement of a page.
const ASKED = ["placement", "item", "cart", "recent", "token", "limit", "filter", "fields", "min-items"];
const SHOWN = ["heading", "heading-level", "layout", "locale", "currency"];
const FIELDS = ["title", "price", "sale_price", "currency", "link", "image_link"];
const TIMEOUT_MS = 2000;
const NEAR = "300px";
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

const slatesNear = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
  if (isIntersecting) target.load();
}), { rootMargin: NEAR });

class RecSlate extends HTMLElement {
  static observedAttributes = [...ASKED, ...SHOWN];
  #root = this.attachShadow({ mode: "open" });
  #resized = new ResizeObserver(() => this.#showArrows());
  #section;
  #list;
  #arrows = [];
  #run = 0;
  #later = 0;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    this.#prepare();
  }

  disconnectedCallback() {
    this.#run++;
    slatesNear.unobserve(this);
    this.#resized.disconnect();
    this.#empty();
    onPage.delete(this);
  }

  attributeChangedCallback(_name, before, after) {
    if (before === after || !this.isConnected || !this.#section) return;
    // Scripts change several attributes in a row.
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.isConnected && this.#prepare());
  }

  // Takes the room that the slate will need, and loads when it is nearly in sight.
  #prepare() {
    this.#run++;
    this.#empty();
    this.dataset.state = "loading";
    this.hidden = false;
    this.#frame();
    for (let place = 1; place <= this.#expected; place++) this.#add(place, null);
    slatesNear.unobserve(this);
    slatesNear.observe(this);
  }

  async load() {
    const run = ++this.#run;
    slatesNear.unobserve(this);
    try {
      const slate = await this.#answer();
      if (run === this.#run) this.#show(slate);
    } catch (error) {
      if (run === this.#run) this.#collapse(error);
    }
  }

  async #answer() {
    const query = this.#query();
    const timeout = numeric(setting(this, "timeout"), TIMEOUT_MS);
    const asked = () => ask(this, query, timeout, !this.hasAttribute("repeats"));
    let slate = await asked();
    if (slate.status === 401 && query.token) {
      // Its time is over, or it is none: what anybody may see is better than an empty place.
      this.#tell("rec-error", { error: slate.title });
      delete query.token;
      slate = await asked();
    }
    if (!Array.isArray(slate.items)) throw new Error(slate.title ?? "no slate");
    if (slate.items.length < numeric(this.getAttribute("min-items"), 1)) throw new Error("too few items");
    return { ...slate, token: query.token, about: query.item_id };
  }

  #query() {
    const query = { placement: this.getAttribute("placement") ?? "", fields: [...FIELDS, ...this.#extra], evidence: true };
    for (const [name, parameter] of [["item", "item_id"], ["cart", "cart"], ["recent", "recent"]]) {
      const values = ids(this, name);
      if (values.length) query[parameter] = values.slice(0, MAX_IDS);
    }
    for (const name of ["token", "filter"]) if (setting(this, name)) query[name] = setting(this, name);
    if (this.#layout !== "row" || this.hasAttribute("limit")) query.limit = this.#expected;
    return query;
  }

  #show(slate) {
    this.#empty();
    if (!this.hasAttribute("heading") && slate.items.every(({ reason }) => reason.code === "popular")) this.#entitle("popular");
    slate.items.forEach((item, place) => this.#add(place + 1, item, slate));
    this.#section.ariaBusy = null;
    this.#list.ariaHidden = null;
    this.dataset.state = "ready";
    this.#showArrows();
    this.#tell("rec-load", { recommendation_id: slate.recommendation_id, items: slate.items });
  }

  #collapse(error) {
    this.#empty();
    this.dataset.state = "empty";
    this.hidden = true;
    this.#tell("rec-error", { error: error.message });
  }

  #frame() {
    const { language } = this.#words;
    const heading = make(`h${numeric(this.getAttribute("heading-level"), 2)}`, "heading", [], { id: "heading", lang: language });
    this.#arrows = [["back", -1], ["forward", 1]].map(([name, way]) => {
      const arrow = make("button", `arrow ${name}`, [], { type: "button", ariaLabel: this.#words[name], lang: language, hidden: true });
      arrow.addEventListener("click", () => this.#turnPage(way));
      return arrow;
    });
    this.#list = make("ul", "list", [], { role: "list", ariaHidden: "true" });
    this.#list.addEventListener("scroll", () => this.#showArrows(), { passive: true });
    const layout = this.#layout;
    this.#section = make("section", "slate", [make("div", "header", [heading, ...this.#arrows]), this.#list], { className: layout, ariaBusy: "true" });
    this.#root.replaceChildren(this.#section);
    this.#entitle(this.getAttribute("placement"));
    this.#resized.disconnect();
    this.#resized.observe(this.#list);
  }

  #entitle(name) {
    const given = this.getAttribute("heading");
    const heading = this.#root.getElementById("heading");
    heading.textContent = given ?? headingFor(this.#words.language, name);
    if (given !== null) heading.removeAttribute("lang");
    this.#section.ariaLabel = heading.textContent || headingFor(this.#words.language, name);
    heading.parentElement.hidden = given === "";
  }

  // A tile, or without an item the room for one.
  #add(place, item, slate) {
    const shown = item ? shownOf(item, slate, this.#words) : { title: "\u00a0", price: "\u00a0", reason: "\u00a0", image_link: null, link: null, sale_price: null };
    const tile = make("li", "item");
    const template = this.querySelector(":scope > template");
    if (template) {
      const slotted = fromTemplate(template, shown);
      slotted.slot = `tile-${place}`;
      slotted.inert = !item;
      slotted.style.visibility = item ? "" : "hidden";
      this.append(slotted);
      tile.append(make("slot", "", [], { name: slotted.slot }));
    } else tile.append(...tileOf(shown, this.#words, this.#extra));
    this.#list.append(tile);
    if (item) this.#attend(tile, item, slate);
  }

  #attend(tile, item, slate) {
    watchTile(tile, () => report("recommendation_viewed", slate, item.item_id));
    const clicked = (event) => {
      if (event.button > 1 || !event.composedPath().some((element) => element instanceof HTMLAnchorElement && element.href)) return;
      report("recommendation_clicked", slate, item.item_id);
      sendEvents();
      if (!this.#tell("rec-click", { recommendation_id: slate.recommendation_id, item })) event.preventDefault();
    };
    for (const how of ["click", "auxclick"]) tile.addEventListener(how, clicked);
  }

  #empty() {
    for (const tile of this.#list?.children ?? []) unwatch(tile);
    this.#list?.replaceChildren();
    for (const child of [...this.children]) if (child.slot.startsWith("tile-")) child.remove();
  }

  #turnPage(way) {
    const rightToLeft = getComputedStyle(this.#list).direction === "rtl";
    this.#list.scrollBy({ left: way * (rightToLeft ? -1 : 1) * this.#list.clientWidth * 0.9 });
  }

  #showArrows() {
    const { scrollWidth, clientWidth, scrollLeft } = this.#list;
    const hidden = this.dataset.state !== "ready" || scrollWidth <= clientWidth + 1;
    const ends = [Math.abs(scrollLeft) < 1, Math.abs(scrollLeft) + clientWidth >= scrollWidth - 1];
    this.#arrows.forEach((arrow, place) => Object.assign(arrow, { hidden, ariaDisabled: String(ends[place]) }));
  }

  #tell(name, detail) {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }));
  }

  get #layout() {
    const layout = setting(this, "layout");
    return ["row", "grid", "grid-2", "grid-3", "list", "hero"].includes(layout) ? layout : "row";
  }

  get #expected() {
    return Math.min(numeric(this.getAttribute("limit"), this.#layout === "hero" ? 1 : 6), MAX_IDS);
  }

  get #extra() {
    return (this.getAttribute("fields") ?? "").split(",").map((name) => name.trim()).filter((name) => name && !FIELDS.includes(name));
  }

  get #words() {
    const wanted = setting(this, "locale") ?? (this.closest("[lang]")?.lang || navigator.language);
    let locale = "en";
    try {
      locale = Intl.getCanonicalLocales(wanted)[0] ?? locale;
    } catch { /* no locale, such as en_US: English it is */ }
    const language = languageOf(locale);
    return { ...TEXTS[language], language, locale, currency: setting(this, "currency") };
  }
}

if (!customElements.get("rec-slate")) customElements.define("rec-slate", RecSlate);
