// Texts: everything that the widget says, in four languages. `many` picks the form that a number asks for.
function many(language, count, forms) {
  if (!(count >= 0)) throw new RangeError("no number");
  return forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
}

const counted = (language, count, forms) => `${new Intl.NumberFormat(language).format(count)} ${many(language, count, forms)}`;

// "32 days" by the browser's own words; it knows no orders.
const span = (language, { count, unit }, orders) => unit === "order"
  ? counted(language, count, orders)
  : new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);

const ago = (language, { ago, unit }, orders) => unit === "order"
  ? orders(ago)
  : new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-ago, "day");

const TEXTS = {
  en: {
    back: "Back", forward: "Forward", regular: "Regular price", sale: "Sale price",
    headings: {
      home: "Recommended for you", product_similar: "Similar products", product_cross_sell: "Often bought together",
      product_up_sell: "A step up", cart: "Goes with your cart", post_purchase: "Goes with your order",
      account_buy_again: "Buy again", trending: "Popular right now", new_arrivals: "New in the shop",
      recently_viewed: "Recently viewed", popular: "Best sellers",
    },
    // The service writes English itself.
    reasons: {},
    together: (it) => `Bought together in ${counted("en", it.count, { one: "order", other: "orders" })}`,
  },
  pl: {
    back: "Wstecz", forward: "Dalej", regular: "Cena regularna", sale: "Cena promocyjna",
    headings: {
      home: "Polecane dla Ciebie", product_similar: "Podobne produkty", product_cross_sell: "Często kupowane razem",
      product_up_sell: "Wyższa półka", cart: "Pasuje do koszyka", post_purchase: "Pasuje do zamówienia",
      account_buy_again: "Kup ponownie", trending: "Teraz popularne", new_arrivals: "Nowości",
      recently_viewed: "Ostatnio oglądane", popular: "Bestsellery",
    },
    reasons: {
      bought_together: (it) => `Kupowane razem z „${it.title}” w ${counted("pl", it.count, { one: "zamówieniu", other: "zamówieniach" })}`,
      buy_again: (it) => `Kupujesz to mniej więcej raz na ${span("pl", it, { one: "zamówienie", few: "zamówienia", other: "zamówień" })}; `
        + `ostatnio ${ago("pl", it, (n) => `${counted("pl", n, { one: "zamówienie", few: "zamówienia", other: "zamówień" })} temu`)}`,
      bought_before: (it) => `Kupione w ${counted("pl", it.count, { one: "zamówieniu", other: "zamówieniach" })}`,
      because_you_bought: (it) => `Bo kupiono „${it.title}”`,
      taste: (it) => `W Twoim guście, jak „${it.title}”`,
      popular: (it) => `Wybór ${counted("pl", it.count, { one: "klienta", other: "klientów" })}`,
      trending: () => "Teraz dobrze się sprzedaje",
      trade_up: (it) => `Wyższa półka niż „${it.title}”`,
      similar: (it) => `Podobne do „${it.title}”`,
      new_arrival: () => "Nowość w sklepie",
      recently_viewed: () => "Ostatnio oglądane",
      popular_in_category: (it) => `Popularne w kategorii: wybór ${counted("pl", it.count, { one: "klienta", other: "klientów" })}`,
      because_you_viewed: (it) => `Bo oglądano „${it.title}”`,
      alike: (it) => `Podobne do „${it.title}”`,
      alike_bought: (it) => `Podobne do kupionego „${it.title}”`,
      looked_at: (it) => `Oglądane ${counted("pl", it.count, { one: "raz", other: "razy" })}`,
      popular_in_segment: (it) => `Wybór ${counted("pl", it.count, { one: "podobnego klienta", other: "podobnych klientów" })}`,
      pinned: () => "Wybrane przez sklep",
      looked_at: (it) => `Oglądane ${counted("pl", it.count, { one: "raz", other: "razy" })}`,
      otherwise: () => "Wybór klientów o podobnych zakupach",
    },
    together: (it) => `Kupowane razem w ${counted("pl", it.count, { one: "zamówieniu", other: "zamówieniach" })}`,
  },
  cs: {
    back: "Zpět", forward: "Dále", regular: "Běžná cena", sale: "Akční cena",
    headings: {
      home: "Doporučujeme vám", product_similar: "Podobné produkty", product_cross_sell: "Často kupované společně",
      product_up_sell: "O třídu výš", cart: "Hodí se ke košíku", post_purchase: "Hodí se k objednávce",
      account_buy_again: "Koupit znovu", trending: "Právě oblíbené", new_arrivals: "Novinky",
      recently_viewed: "Naposledy zobrazené", popular: "Nejprodávanější",
    },
    reasons: {
      bought_together: (it) => `Kupováno společně s „${it.title}“: ${counted("cs", it.count, { one: "objednávka", few: "objednávky", other: "objednávek" })}`,
      buy_again: (it) => `Kupujete přibližně jednou za ${span("cs", it, { one: "objednávku", few: "objednávky", other: "objednávek" })}; `
        + `naposledy ${ago("cs", it, (n) => `před ${counted("cs", n, { one: "objednávkou", other: "objednávkami" })}`)}`,
      bought_before: (it) => `Koupeno: ${counted("cs", it.count, { one: "objednávka", few: "objednávky", other: "objednávek" })}`,
      because_you_bought: (it) => `Protože jste koupili „${it.title}“`,
      taste: (it) => `Podle vašeho vkusu, jako „${it.title}“`,
      popular: (it) => `${many("cs", it.count, { one: "Koupil", few: "Koupili", other: "Koupilo" })} ${counted("cs", it.count, { one: "zákazník", few: "zákazníci", other: "zákazníků" })}`,
      trending: () => "Právě se dobře prodává",
      trade_up: (it) => `O třídu výš než „${it.title}“`,
      similar: (it) => `Podobné jako „${it.title}“`,
      new_arrival: () => "Novinka v obchodě",
      recently_viewed: () => "Naposledy zobrazené",
      popular_in_category: (it) => `Oblíbené v kategorii: ${counted("cs", it.count, { one: "zákazník", few: "zákazníci", other: "zákazníků" })}`,
      because_you_viewed: (it) => `Protože jste si prohlíželi „${it.title}“`,
      alike: (it) => `Podobné jako „${it.title}“`,
      alike_bought: (it) => `Podobné jako koupené „${it.title}“`,
      looked_at: (it) => `Zobrazeno ${counted("cs", it.count, { one: "krát", other: "krát" })}`,
      popular_in_segment: (it) => `${many("cs", it.count, { one: "Koupil", few: "Koupili", other: "Koupilo" })} ${counted("cs", it.count, { one: "podobný zákazník", few: "podobní zákazníci", other: "podobných zákazníků" })}`,
      pinned: () => "Vybral obchod",
      looked_at: (it) => `Zobrazili jste si to ${counted("cs", it.count, { other: "×" })}`,
      otherwise: () => "Vybrali zákazníci s podobnými nákupy",
    },
    together: (it) => `Kupováno společně: ${counted("cs", it.count, { one: "objednávka", few: "objednávky", other: "objednávek" })}`,
  },
  ru: {
    back: "Назад", forward: "Вперёд", regular: "Обычная цена", sale: "Цена со скидкой",
    headings: {
      home: "Рекомендуем вам", product_similar: "Похожие товары", product_cross_sell: "С этим покупают",
      product_up_sell: "На ступень выше", cart: "Подойдёт к корзине", post_purchase: "Подойдёт к заказу",
      account_buy_again: "Купить снова", trending: "Сейчас популярно", new_arrivals: "Новинки",
      recently_viewed: "Вы недавно смотрели", popular: "Хиты продаж",
    },
    reasons: {
      bought_together: (it) => `Покупают вместе с «${it.title}» в ${counted("ru", it.count, { one: "заказе", other: "заказах" })}`,
      buy_again: (it) => `Вы покупаете это примерно раз в ${span("ru", it, { one: "заказ", few: "заказа", other: "заказов" })}; `
        + `последний раз ${ago("ru", it, (n) => `${counted("ru", n, { one: "заказ", few: "заказа", other: "заказов" })} назад`)}`,
      bought_before: (it) => `Куплено в ${counted("ru", it.count, { one: "заказе", other: "заказах" })}`,
      because_you_bought: (it) => `Потому что вы купили «${it.title}»`,
      taste: (it) => `В вашем вкусе, как и «${it.title}»`,
      popular: (it) => `${many("ru", it.count, { one: "Купил", other: "Купили" })} ${counted("ru", it.count, { one: "покупатель", few: "покупателя", other: "покупателей" })}`,
      trending: () => "Сейчас хорошо продаётся",
      trade_up: (it) => `На ступень выше, чем «${it.title}»`,
      similar: (it) => `Похоже на «${it.title}»`,
      new_arrival: () => "Новинка в магазине",
      recently_viewed: () => "Вы недавно смотрели",
      popular_in_category: (it) => `Популярно в категории: ${counted("ru", it.count, { one: "покупатель", few: "покупателя", other: "покупателей" })}`,
      because_you_viewed: (it) => `Потому что вы смотрели «${it.title}»`,
      alike: (it) => `Похоже на «${it.title}»`,
      alike_bought: (it) => `Похоже на купленное «${it.title}»`,
      looked_at: (it) => `Вы смотрели это ${counted("ru", it.count, { one: "раз", few: "раза", other: "раз" })}`,
      popular_in_segment: (it) => `Выбор ${counted("ru", it.count, { one: "похожего покупателя", other: "похожих покупателей" })}`,
      pinned: () => "Выбор магазина",
      looked_at: (it) => `Вы смотрели это ${counted("ru", it.count, { few: "раза", other: "раз" })}`,
      otherwise: () => "Выбор покупателей с похожими покупками",
    },
    together: (it) => `Покупают вместе в ${counted("ru", it.count, { one: "заказе", other: "заказах" })}`,
  },
};

// The language of the four that a locale such as pl-PL asks for.
const languageOf = (locale) => (Object.hasOwn(TEXTS, locale.split("-")[0].toLowerCase()) ? locale.split("-")[0].toLowerCase() : "en");

const headingFor = (language, name) => {
  const headings = TEXTS[language].headings;
  return Object.hasOwn(headings, name) ? headings[name] : headings.home;
};

// A reason in words. One that lacks what its sentence tells of says what is true of any. `about`: items that the page is
// about; on a product's own page it need not be named in every tile.
function reasonIn(language, { code, text, item_ids = [], evidence = {} }, about = []) {
  const { reasons, together } = TEXTS[language];
  if (code === "bought_together" && about.length === 1 && item_ids[0] === about[0] && evidence.count) return together(evidence);
  if (!Object.hasOwn(reasons, code)) return reasons.otherwise?.() ?? text;
  try {
    const sentence = reasons[code](evidence);
    return sentence.includes("undefined") ? reasons.otherwise() : sentence;
  } catch {
    return reasons.otherwise(); // a number is missing
  }
}
