"""How slates look and read: languages, prices, layouts, the shop's own template, assistive technology, no jumping."""

# ruff: noqa: RUF001 - Russian is written in Cyrillic
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from recsvc.widget import _part
from tests.browser import Browser
from tests.recsvc.widget.conftest import Page
from tests.recsvc.widget.site import Site

LAYOUTS = ("row", "grid", "grid-2", "grid-3", "list", "hero")
SLATE = '<rec-slate placement="product_cross_sell" item="sku/004" layout="{}"></rec-slate>'
# What moved in a page by itself: what browsers sum up as its cumulative layout shift.
SHIFT = """
    const done = arguments[0], told = (box) => [box.x, box.y, box.width, box.height].map(Math.round).join(" ");
    new PerformanceObserver((list) => done(list.getEntries().filter((one) => !one.hadRecentInput)
        .flatMap((one) => one.sources.map(({node, previousRect, currentRect}) =>
            `${node?.nodeName} ${node?.part ?? ""}: ${told(previousRect)} -> ${told(currentRect)}`))))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done([]), 500);
"""
NBSP = "\u00a0"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, layout: str, scheme: str) -> None:
    page.browser.prefer(color_scheme=scheme)
    page.head += "<style>:root { color-scheme: light dark } body { font-family: sans-serif }</style>"
    page.ready(SLATE.format(layout))
    page.settled("ready")
    assert page.browser.axe() == []


def test_a_slate_is_a_named_list_of_links(page: Page) -> None:
    page.browser.resize(1600)
    page.ready(SLATE.format("row"))
    tree = page.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = [(node["role"]["value"], node.get("name", {}).get("value")) for node in tree if not node["ignored"]]
    assert ("region", "Often bought together") in named
    assert ("heading", "Often bought together") in named
    roles = [role for role, _ in named]
    assert roles.count("list") == 1
    assert roles.count("listitem") == 6
    titles = [item["title"] for item in page.items() if not item["link"].startswith("javascript:")]
    assert [name for role, name in named if role == "link"] == titles


def test_every_picture_has_its_size_and_a_name(page: Page) -> None:
    page.ready(SLATE.format("row"))
    pictures: list[dict[str, Any]] = page.inside(
        "return [...root.querySelectorAll('img')].map(({alt, width, height, loading}) => ({alt, loading,"
        " ratio: width / height}))"
    )
    titles = [item["title"] for item in page.items() if item["image_link"]]
    assert pictures == [{"alt": title, "loading": "lazy", "ratio": 1} for title in titles]
    initials = page.texts("initial")
    assert initials == [item["title"][0] for item in page.items() if not item["image_link"]]


def test_a_picture_that_does_not_load_is_replaced(page: Page) -> None:
    page.browser.load_images(False)
    page.ready(SLATE.format("row"))
    page.browser.until("return !document.querySelector('rec-slate').shadowRoot.querySelector('img')")
    assert page.texts("initial") == [item["title"][0] for item in page.items()]


def test_the_keyboard_reaches_every_tile_and_shows_where_it_is(page: Page) -> None:
    page.browser.resize(500)
    page.ready(SLATE.format("row"))
    page.browser.until("return document.querySelector('rec-slate').shadowRoot.querySelector('button:not([hidden])')")
    reached = []
    for _ in range(8):
        page.browser.switch_to.active_element.send_keys(Keys.TAB)
        focus = page.inside("""
            const focused = root.activeElement;
            if (!focused) return null;
            const ring = getComputedStyle(focused, focused.localName == "a" ? "::after" : null);
            const box = focused.getBoundingClientRect();
            return {name: focused.ariaLabel ?? focused.textContent, ring: ring.outlineStyle,
                    inside: box.left >= 0 && box.right <= innerWidth};
        """)
        if focus:
            reached.append(focus)
    titles = [item["title"] for item in page.items() if not item["link"].startswith("javascript:")]
    assert [one["name"] for one in reached] == ["Back", "Forward", *titles]
    assert {one["ring"] for one in reached} == {"solid"}


def test_arrows_turn_the_row_where_it_is_wider_than_its_place(page: Page) -> None:
    page.browser.prefer(reduced_motion="reduce")
    page.browser.resize(600)
    page.ready(SLATE.format("row"))
    state = "return [...root.querySelectorAll('button')].map((arrow) => [arrow.hidden, arrow.ariaDisabled])"
    page.browser.until(f"const root = document.querySelector('rec-slate').shadowRoot; {state}[0][0] === false")
    assert page.inside(state) == [[False, "true"], [False, "false"]]
    page.inside("root.querySelector('[part~=forward]').click()")
    page.browser.until("return document.querySelector('rec-slate').shadowRoot.querySelector('ul').scrollLeft > 300")
    page.browser.until(
        "return document.querySelector('rec-slate').shadowRoot.querySelector('button').ariaDisabled=='false'"
    )
    page.browser.resize(1600)
    page.browser.until(f"const root = document.querySelector('rec-slate').shadowRoot; {state}[0][0] === true")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_jumps_when_a_slate_comes(page: Page, site: Site, layout: str, width: int) -> None:
    page.browser.resize(width, 2400)
    page.ready(SLATE.format(layout))
    height = page.inside("return slate.getBoundingClientRect().height")
    # As the guide says: the room that is kept until the script is there.
    page.head += f"<style>rec-slate:not(:defined) {{ display: block; min-height: {height}px }}</style>"
    site.delay_s = 0.4
    page.open(f"<p>Above</p>{SLATE.format(layout)}")
    page.browser.until("return document.querySelector('[data-state=loading]')")
    assert page.inside("return root.querySelector('section').getBoundingClientRect().height") == height
    page.settled("ready")
    assert page.inside("return slate.getBoundingClientRect().height") == height
    assert page.browser.execute_async_script(SHIFT) == []


def test_a_shift_would_be_noticed(page: Page) -> None:
    page.browser.resize(375, 2400)
    page.ready(SLATE.format("row"))
    page.browser.execute_script("document.querySelector('h1').style.height = '300px'")
    assert page.browser.execute_async_script(SHIFT) != []


@pytest.mark.parametrize(
    ("locale", "heading", "price"),
    [
        ("en-GB", "Often bought together", "€1,234.50"),
        ("pl-PL", "Często kupowane razem", f"1234,50{NBSP}€"),
        ("cs", "Často kupované společně", f"1{NBSP}234,50{NBSP}€"),
        ("ru-RU", "С этим покупают", f"1{NBSP}234,50{NBSP}€"),
        ("de-AT", "Often bought together", f"€{NBSP}1.234,50"),
        ("no_such", "Often bought together", "€1,234.50"),
    ],
)
def test_texts_and_prices_are_those_of_the_page_s_language(page: Page, locale: str, heading: str, price: str) -> None:
    page.lang = locale
    page.ready(SLATE.format("row"))
    assert page.texts("heading") == [heading]
    assert page.inside("return root.querySelector('[part~=heading]').lang") == (
        locale[:2] if locale[:2] in ("pl", "cs", "ru") else "en"
    )
    prices = page.texts("price")
    (formatted,) = page.browser.execute_script(
        "return [new Intl.NumberFormat(arguments[0], {style: 'currency', currency: 'EUR'}).format(1234.5)]",
        locale if "_" not in locale else "en",
    )
    assert formatted == price
    assert all("€" in text for text in prices)


@pytest.mark.parametrize("language", ["pl", "cs", "ru"])
def test_reasons_are_said_in_the_language(page: Page, language: str) -> None:
    page.lang = language
    slate = '<rec-slate placement="{}"></rec-slate>'
    page.ready(slate.format('cart" cart="sku/004') + slate.format("trending"))
    for which in (0, 1):
        for text, item in zip(page.texts("reason", which), page.items(which), strict=True):
            evidence = item["reason"]["evidence"]
            assert text != item["reason"]["text"]
            assert evidence.get("title", "") in text
            assert str(evidence.get("count", "")) in text
            assert "undefined" not in text


def said(browser: Browser, language: str, reason: dict[str, Any], about: Sequence[str] = ()) -> str:
    """The sentence for a reason, from the very texts of the widget."""
    sentence: str = browser.execute_script(
        f"{_part('texts.js')}; return reasonIn(...arguments)", language, reason, list(about)
    )
    return sentence.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("language", "count", "together", "popular"),
    [
        ("pl", 1, "Kupowane razem z „Tee” w 1 zamówieniu", "Wybór 1 klienta"),
        ("pl", 3, "Kupowane razem z „Tee” w 3 zamówieniach", "Wybór 3 klientów"),
        ("pl", 41, "Kupowane razem z „Tee” w 41 zamówieniach", "Wybór 41 klientów"),
        ("cs", 1, "Kupováno společně s „Tee“: 1 objednávka", "Koupil 1 zákazník"),
        ("cs", 3, "Kupováno společně s „Tee“: 3 objednávky", "Koupili 3 zákazníci"),
        ("cs", 41, "Kupováno společně s „Tee“: 41 objednávek", "Koupilo 41 zákazníků"),
        ("ru", 1, "Покупают вместе с «Tee» в 1 заказе", "Купил 1 покупатель"),
        ("ru", 3, "Покупают вместе с «Tee» в 3 заказах", "Купили 3 покупателя"),
        ("ru", 12, "Покупают вместе с «Tee» в 12 заказах", "Купили 12 покупателей"),
        ("ru", 41, "Покупают вместе с «Tee» в 41 заказе", "Купил 41 покупатель"),
    ],
)
def test_numbers_take_the_form_that_the_language_gives_them(
    browser: Browser, language: str, count: int, together: str, popular: str
) -> None:
    evidence = {"title": "Tee", "count": count}
    assert said(browser, language, {"code": "bought_together", "text": "", "evidence": evidence}) == together
    assert said(browser, language, {"code": "popular", "text": "", "evidence": {"count": count}}) == popular


@pytest.mark.parametrize(
    ("language", "short"),
    [
        ("en", "Bought together in 2 orders"),
        ("pl", "Kupowane razem w 2 zamówieniach"),
        ("cs", "Kupováno společně: 2 objednávky"),
        ("ru", "Покупают вместе в 2 заказах"),
    ],
)
def test_the_product_of_the_page_is_not_named_again(browser: Browser, language: str, short: str) -> None:
    reason = {"code": "bought_together", "text": "…", "item_ids": ["A"], "evidence": {"title": "Tee", "count": 2}}
    assert said(browser, language, reason, ["A"]) == short
    for about in ([], ["B"], ["A", "B"]):
        assert said(browser, language, reason, about) == said(browser, language, reason) != short


@pytest.mark.parametrize(
    ("language", "days", "orders"),
    [
        (
            "pl",
            "Kupujesz to mniej więcej raz na 32 dni; ostatnio 2 dni temu",
            "Kupujesz to mniej więcej raz na 3 zamówienia; ostatnio 5 zamówień temu",
        ),
        (
            "cs",
            "Kupujete přibližně jednou za 32 dnů; naposledy předevčírem",
            "Kupujete přibližně jednou za 3 objednávky; naposledy před 5 objednávkami",
        ),
        (
            "ru",
            "Вы покупаете это примерно раз в 32 дня; последний раз позавчера",
            "Вы покупаете это примерно раз в 3 заказа; последний раз 5 заказов назад",
        ),
    ],
)
def test_times_are_told_in_days_and_in_orders(browser: Browser, language: str, days: str, orders: str) -> None:
    in_days = {"count": 32, "ago": 2, "unit": "day"}
    in_orders = {"count": 3, "ago": 5, "unit": "order"}
    assert said(browser, language, {"code": "buy_again", "text": "", "evidence": in_days}) in (
        days,
        days.replace("2 dni temu", "przedwczoraj"),
    )
    assert said(browser, language, {"code": "buy_again", "text": "", "evidence": in_orders}) == orders


def test_every_language_has_every_reason_and_every_text(browser: Browser) -> None:
    texts: dict[str, dict[str, Any]] = browser.execute_script(f"""{_part("texts.js")}
        return Object.fromEntries(Object.entries(TEXTS).map(([language, texts]) => [language,
            {{words: Object.keys(texts), headings: Object.keys(texts.headings), reasons: Object.keys(texts.reasons)}}]))
    """)
    from models.reasons import Code

    english = texts.pop("en")
    assert set(texts) == {"pl", "cs", "ru"}
    for translated in texts.values():
        assert translated["words"] == english["words"]
        assert translated["headings"] == english["headings"]
        assert set(translated["reasons"]) == {code.key for code in Code if code is not Code.NONE} | {"otherwise"}


@pytest.mark.parametrize("language", ["pl", "cs", "ru", "en"])
def test_a_reason_without_its_evidence_says_what_is_true_of_any(browser: Browser, language: str) -> None:
    for code in ("bought_together", "buy_again", "because_you_bought", "popular", "constructor", "a new one"):
        text = said(browser, language, {"code": code, "text": "In English"})
        assert text == said(browser, language, {"code": "none", "text": "In English"})
        assert (text == "In English") == (language == "en")


def test_a_reduced_price_stands_beside_the_usual_one(page: Page) -> None:
    page.ready('<rec-slate placement="home" layout="grid" limit="20" locale="en-IE"></rec-slate>')
    prices = page.texts("price")
    reduced = [(text, item) for text, item in zip(prices, page.items(), strict=True) if item["sale_price"]]
    assert reduced
    for text, item in reduced:
        assert text == f"Sale price €{item['sale_price']:.2f} Regular price €{item['price']:.2f}"


def test_best_sellers_are_called_so(page: Page) -> None:
    page.ready('<rec-slate placement="home" limit="3"></rec-slate>')
    codes = {item["reason"]["code"] for item in page.items()}
    assert codes == {"popular"}
    assert page.texts("heading") == ["Best sellers"]


def test_the_shop_s_heading_stands_and_an_empty_one_is_none(page: Page) -> None:
    slate = '<rec-slate placement="trending" heading="{}" heading-level="3"></rec-slate>'
    page.ready(slate.format("Für Sie &lt;b&gt;") + slate.format(""))
    assert page.inside("return root.querySelector('h3').textContent") == "Für Sie <b>"
    assert page.inside("return root.querySelector('h3').getBoundingClientRect().height", 1) == 0
    assert page.inside("return root.querySelector('section').ariaLabel", 1) == "Popular right now"


def test_the_shop_s_template_takes_the_place_of_the_tile(page: Page) -> None:
    page.head += """<style>.card { display: block; height: 90px; color: rgb(1, 2, 3) }
        rec-slate { display: block; min-height: 400px }</style>"""
    page.ready("""<rec-slate placement="product_cross_sell" item="sku/004" fields="brand"><template>
        <a class="card" data-field="link"><img data-field="image_link" width="40" height="40">
        <b data-field="title"></b> <i data-field="brand"></i> <u data-field="price"></u> <s data-field="sale_price"></s>
        <small data-field="reason"></small><em data-field="nothing"></em></a></template></rec-slate>""")
    page.settled("ready")
    cards: list[dict[str, Any]] = page.browser.execute_script("""
        return [...document.querySelectorAll(".card")].map((card) => ({
            href: card.getAttribute("href"), hidden: card.hidden, color: getComputedStyle(card).color,
            title: card.querySelector("b").textContent, brand: card.querySelector("i").textContent,
            alt: card.querySelector("img").alt, pictured: !card.querySelector("img").hidden,
            nothing: card.querySelector("em").hidden, reduced: !card.querySelector("s").hidden,
        }))
    """)
    items = page.items()
    assert [(card["title"], card["brand"]) for card in cards] == [(item["title"], item["brand"]) for item in items]
    for card, item in zip(cards, items, strict=True):
        unsafe = item["link"].startswith("javascript:")
        assert card["hidden"] == unsafe == (card["href"] is None)
        assert card["pictured"] == (item["image_link"] is not None)
        assert card["alt"] == (item["title"] if card["pictured"] else "")
        assert card["reduced"] == (item["sale_price"] is not None)
        assert card["nothing"]
        assert card["color"] == "rgb(1, 2, 3)"
    assert page.inside("return root.querySelectorAll('li > slot').length") == len(items)
    assert page.browser.axe() == []
    assert page.browser.execute_async_script(SHIFT) == []


def test_the_shop_s_style_reaches_parts_and_properties(page: Page) -> None:
    page.head += """<style>rec-slate { --rec-radius: 3px; --rec-tile-width: 220px; color: rgb(9, 9, 9) }
        rec-slate::part(title) { font-weight: 900 } rec-slate::part(reason) { display: none }</style>"""
    page.ready(SLATE.format("row"))
    style = page.inside("""
        const of = (part) => getComputedStyle(root.querySelector(`[part~=${part}]`));
        const title = of("title");
        return [of("picture").borderRadius, of("item").width, title.fontWeight, title.color, of("reason").display];
    """)
    assert style == ["3px", "220px", "900", "rgb(9, 9, 9)", "none"]
