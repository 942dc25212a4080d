"""Slates in a page: what stands in them, and what becomes of them where the service is not well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.recsvc.widget.conftest import ATTACK, HOSTILE, Page
from tests.recsvc.widget.site import Site

GUIDE = Path(__file__).parents[3] / "docs/widget.md"
BATCH = "/v1/recommendations:batch"
CROSS_SELL = '<rec-slate placement="product_cross_sell" item="sku/004"></rec-slate>'
HOME = '<rec-slate placement="home" layout="grid" limit="{}"></rec-slate>'


def uncaught(complaints: list[str]) -> list[str]:
    """Complaints of scripts; that a request failed is the browser's to say."""
    return [line for line in complaints if "Failed to load resource" not in line]


def test_a_slate_shows_what_the_service_recommends(page: Page) -> None:
    page.ready(CROSS_SELL)
    page.settled("ready")
    items = page.items()
    assert len(items) == 6
    assert page.texts("title") == [item["title"] for item in items]
    # The product that the page is about is not named in every tile.
    assert page.texts("reason") == [re.sub(" with .* in ", " in ", item["reason"]["text"]) for item in items]
    assert page.texts("reason")[0].startswith("Bought together in ")
    assert page.texts("heading") == ["Often bought together"]
    assert page.browser.complaints() == []


def test_attributes_are_what_is_asked(page: Page, site: Site) -> None:
    page.ready("""
        <rec-slate placement="product_cross_sell" item="sku/004, sku/005" cart="sku/006" recent="sku/007" limit="3"
                   filter="price < 100" fields="brand, category">
          <data slot="item" value="a,b 🧀"></data><data slot="cart" value="č-000 🧀"></data>
        </rec-slate>""")
    (request,) = site.asked(BATCH)
    (asked,) = request.content["requests"]
    assert asked == {
        "placement": "product_cross_sell",
        "item_id": ["sku/004", "sku/005", "a,b 🧀"],
        "cart": ["sku/006", "č-000 🧀"],
        "recent": ["sku/007"],
        "limit": 3,
        "filter": "price < 100",
        "fields": ["title", "price", "sale_price", "currency", "link", "image_link", "brand", "category"],
        "evidence": True,
        "exclude": [],
    }
    assert request.headers["Authorization"] == f"Bearer {page.key}"
    assert page.texts("brand") == [item["brand"] for item in page.items()]


def test_links_carry_the_recommendation_and_keep_what_they_had(page: Page, site: Site) -> None:
    page.ready(HOME.format(20))
    hrefs = dict(page.inside("return [...root.querySelectorAll('a')].map((link) => [link.textContent, link.href])"))
    (recommendation,) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    linked = [item for item in page.items() if item["link"] != ATTACK]
    assert len(linked) > 10
    for item in linked:
        path = item["link"].removesuffix("#b")
        assert hrefs[item["title"]] == f"{site.url}{path}&recommendation_id={recommendation}#b"


def test_hostile_catalogues_stay_text(page: Page) -> None:
    page.ready(HOME.format(60))
    items = page.items()
    attacks = [item["title"] for item in items if HOSTILE in item["title"]]
    assert len(attacks) > 5
    assert set(attacks) < set(page.texts("title"))
    harmless = [item["title"] for item in items if item["link"] == ATTACK]
    assert harmless
    assert not set(harmless) & set(page.inside("return [...root.querySelectorAll('a')].map((a) => a.textContent)"))
    assert page.inside("return root.querySelectorAll('script, [onerror]').length") == 0
    assert page.browser.execute_script("return window.attacked") is None


def test_a_strict_content_security_policy_is_kept(page: Page, site: Site) -> None:
    page.head = ""
    site.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    template = "<template><b data-field='title'></b><img data-field='image_link' width=9 height=9></template>"
    page.ready(f"{CROSS_SELL}<rec-slate placement='trending'>{template}</rec-slate>")
    page.settled("ready")
    width = page.inside("return root.querySelector('[part~=picture]').getBoundingClientRect().width")
    assert width == pytest.approx(184)
    assert page.browser.complaints() == []


def test_slates_of_a_page_share_one_request_and_no_product(page: Page, site: Site) -> None:
    names = ("home", "product_similar", "product_cross_sell", "trending")
    page.ready("".join(f'<rec-slate placement="{name}" item="sku/004" limit="5"></rec-slate>' for name in names))
    page.settled("ready")
    (request,) = site.asked(BATCH)
    assert [asked["placement"] for asked in request.content["requests"]] == list(names)
    shown = [item["item_id"] for number in range(4) for item in page.items(number)]
    assert len(set(shown)) == len(shown) == 20


def test_a_slate_below_the_fold_waits_and_repeats_nothing_either(page: Page, site: Site) -> None:
    page.browser.resize(1280, 900)
    page.tail = '<div style="height:3000px"></div><rec-slate placement="trending" limit="5"></rec-slate>'
    page.open('<rec-slate placement="home" limit="5"></rec-slate>')
    page.browser.until("return window.loaded.length")
    assert len(site.asked(BATCH)) == 1
    assert page.inside("return slate.dataset.state", 1) == "loading"
    page.browser.execute_script("scrollTo(0, 3000)")
    page.settled("ready")
    above, below = ([item["item_id"] for item in page.items(which)] for which in (0, 1))
    assert site.asked(BATCH)[1].content["requests"][0]["exclude"] == above
    assert not set(above) & set(below)


def test_a_slate_may_repeat_what_others_show(page: Page, site: Site) -> None:
    slate = '<rec-slate placement="home" limit="5" {}></rec-slate>'
    page.ready(slate.format("") + slate.format("repeats"))
    assert sorted(request.content["distinct"] for request in site.asked(BATCH)) == [False, True]
    first, second = ([item["item_id"] for item in page.items(which)] for which in (0, 1))
    assert first == second


def test_a_changed_attribute_asks_again(page: Page, site: Site) -> None:
    page.ready('<rec-slate placement="cart" cart="sku/004"></rec-slate>')
    page.inside("slate.setAttribute('cart', 'sku/005,sku/006'); slate.setAttribute('limit', '3')")
    page.browser.until("return window.loaded.length == 2")
    assert [request.content["requests"][0]["cart"] for request in site.asked(BATCH)] == [
        ["sku/004"],
        ["sku/005", "sku/006"],
    ]
    assert len(page.texts("title")) == 3


def test_a_slate_can_be_moved_and_taken_away(page: Page) -> None:
    page.ready(CROSS_SELL)
    page.inside("document.querySelector('main').append(slate)")
    page.browser.until("return window.loaded.length == 2")
    page.settled("ready")
    page.inside("slate.setAttribute('limit', '2'); slate.remove()", 0)
    assert page.browser.execute_script("return document.querySelectorAll('rec-slate').length") == 0
    assert page.browser.complaints() == []


def test_a_slow_service_leaves_the_page_whole(page: Page, site: Site) -> None:
    site.delay_s = 1.0
    page.ready('<rec-slate placement="home" timeout="200"></rec-slate>')
    page.settled("empty")
    assert page.inside("return slate.getBoundingClientRect().height") == 0
    assert page.browser.execute_script("return window.failed[0].error") == "time-out"
    site.delay_s = 0.0
    page.inside("slate.setAttribute('limit', '4')")
    page.browser.until("return window.loaded.length")
    page.settled("ready")
    assert uncaught(page.browser.complaints()) == []


def test_a_dead_service_leaves_the_page_whole(page: Page, site: Site) -> None:
    site.is_dead = True
    page.ready(CROSS_SELL + '<rec-slate placement="home"></rec-slate>')
    page.settled("empty")
    assert page.browser.execute_script("return document.querySelector('main').innerText") == "Shop\n\nBelow"
    assert uncaught(page.browser.complaints()) == []


def test_the_room_is_given_back_where_the_script_does_not_come(page: Page) -> None:
    """With the style that the guide says to copy."""
    guide = GUIDE.read_text("utf-8")
    page.head = guide[guide.index("<style>") : guide.index("</style>")] + "</style>"
    page.host = "http://127.0.0.1:9"  # where nobody listens
    page.open(CROSS_SELL)
    height = "return document.querySelector('rec-slate').offsetHeight"
    assert page.browser.execute_script(height) == 365
    page.browser.until(f"{height} === 0")


@pytest.mark.parametrize(
    "wrong",
    ['placement="nowhere"', "", 'placement="home" filter="price <"', 'placement="home" filter="price < 0"'],
    ids=["unknown placement", "no placement", "bad filter", "nothing qualifies"],
)
def test_a_wrong_slate_goes_and_spoils_no_other(page: Page, wrong: str) -> None:
    page.ready(f"<rec-slate {wrong}></rec-slate>{CROSS_SELL}")
    assert page.states == ["empty", "ready"]
    assert uncaught(page.browser.complaints()) == []


def test_a_wrong_key_empties_the_page_and_breaks_nothing(page: Page) -> None:
    page.key = "rs_000000000000_x"
    page.ready(CROSS_SELL)
    page.settled("empty")
    assert page.browser.execute_script("return window.failed[0].error") == "status 401"
    assert uncaught(page.browser.complaints()) == []


def test_too_few_items_are_none(page: Page) -> None:
    page.ready('<rec-slate placement="home" limit="3" min-items="4"></rec-slate>')
    page.settled("empty")


def test_settings_on_the_script_are_those_of_every_slate(page: Page) -> None:
    page.script = 'data-locale="pl-PL" data-layout="grid-2" data-currency="PLN"'
    page.ready(f'{CROSS_SELL}<rec-slate placement="trending" locale="cs"></rec-slate>')
    assert page.texts("heading") == ["Często kupowane razem"]
    assert page.texts("heading", 1) == ["Právě oblíbené"]
    assert page.inside("return root.querySelector('section').className") == "grid-2"
    assert all("zł" in text for text in page.texts("price"))


def test_the_script_may_stand_in_a_page_twice(page: Page) -> None:
    page.tail = f'<script src="/v1/widget.js" data-key="{page.key}"></script>'
    page.ready(CROSS_SELL)
    page.settled("ready")
    assert page.browser.complaints() == []
