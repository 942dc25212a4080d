"""A shop with hostile titles, the service over it, a site in front, and pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from tests.browser import Browser
from tests.engines import Learned, learn_shop
from tests.recsvc.conftest import publish
from tests.recsvc.widget.site import Site, site_before
from tests.services import Running, free_port, running
from tests.shops import Shop, grocery

HOSTILE = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>{{1}}"\'&amp;'
ATTACK = "javascript:window.attacked=1"


@pytest.fixture(scope="session")
def hostile_shop() -> Learned:
    """Every third title is an attack, every seventh link one; some items have no picture, and some a sale price."""
    plain = grocery()
    assert plain.items is not None
    number = pl.int_range(pl.len())
    text = number.cast(pl.String)
    return learn_shop(
        Shop(
            plain.order_lines,
            plain.items.with_columns(
                title=pl.when(number % 3 == 1).then(pl.lit(HOSTILE) + text).otherwise(pl.col("title")),
                link=pl.when(number % 7 == 3)
                .then(pl.lit("javascript:window.attacked=1"))
                .otherwise("/p/" + text + "?a=1#b"),
                image_link=pl.when(number % 5 == 2).then(None).otherwise("/pictures/" + text + ".svg"),
                sale_price=pl.when(number % 4 == 1).then((pl.col("price") * 0.8).round(2)),
            ),
            plain.customers,
        )
    )


@pytest.fixture(scope="session")
def ports() -> tuple[int, int]:
    """Those of the sites whose pages may ask the service: the tests' own, and the example's."""
    return free_port(), free_port()


@pytest.fixture(scope="session")
def service(
    tmp_path_factory: pytest.TempPathFactory, hostile_shop: Learned, ports: tuple[int, int]
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("widget")
    publish(folder / "registry", hostile_shop)
    origins = ",".join(f"http://127.0.0.1:{port}" for port in ports)
    with running(folder / "registry", folder, RECSVC_CORS_ORIGINS=origins) as started:
        yield started


@pytest.fixture(scope="session")
def key(service: Running) -> str:
    """A public key, as pages have it."""
    return service.keys.create("public", "pages")[1].reveal()


@pytest.fixture(scope="session")
def one_site(service: Running, ports: tuple[int, int]) -> Iterator[Site]:
    with site_before(service.port, ports[0]) as site:
        yield site


@pytest.fixture
def site(one_site: Site) -> Site:
    one_site.reset()
    return one_site


@dataclass
class Page:
    """A page of the shop in the browser."""

    browser: Browser
    site: Site
    key: str
    host: str = ""  # of the script, and so of the service; else the page's own, with the gate before it
    script: str = ""  # more attributes of the script's tag
    head: str = ""
    tail: str = "<p>Below</p>"
    lang: str = "en"
    path: str = "/page"
    states: list[str] = field(default_factory=list)

    def open(self, body: str) -> Browser:
        """Shows a page with `body` and the widget; returns the browser at once."""
        self.site.pages[self.path] = f"""<!doctype html>
            <html lang="{self.lang}"><head><meta charset="utf-8"><title>Shop</title>
            <meta name="viewport" content="width=device-width">{self.head}
            <script src="{self.host}/v1/widget.js" data-key="{self.key}" {self.script} defer></script></head>
            <body><main><h1>Shop</h1>{body}{self.tail}</main></body></html>"""
        self.browser.get(self.site.url + self.path)
        return self.browser

    def ready(self, body: str) -> Browser:
        """Shows a page, and waits until every slate is filled or gone."""
        self.open(body)
        self.settled()
        return self.browser

    def settled(self, state: str | None = None) -> None:
        """Waits until no slate loads any more, and holds them against a state."""
        self.browser.until("return customElements.get('rec-slate') && !document.querySelector('[data-state=loading]')")
        self.states = self.browser.execute_script(
            "return [...document.querySelectorAll('rec-slate')].map((slate) => slate.dataset.state)"
        )
        if state is not None:
            assert set(self.states) == {state}

    def inside(self, script: str, which: int = 0) -> Any:
        """Runs JavaScript with `slate`, and `root`, its shadow root."""
        return self.browser.execute_script(
            f"const slate = document.querySelectorAll('rec-slate')[{which}], root = slate.shadowRoot; {script}"
        )

    def texts(self, part: str, which: int = 0) -> list[str]:
        """The texts of a part of each tile."""
        return self.inside(f"return [...root.querySelectorAll('[part~=\"{part}\"]')].map((e) => e.textContent)", which)

    def items(self, which: int = 0) -> list[dict[str, Any]]:
        """What the service answered, as the slate told the page."""
        return self.browser.execute_script(f"return window.loaded[{which}].items")


@pytest.fixture
def page(browser: Browser, site: Site, key: str) -> Page:
    """In a window where nothing is below the fold.

    Collects what slates tell in window.loaded, window.failed and window.clicked, in the order of their telling.
    """
    browser.resize(1280, 4000)
    listening = "".join(
        f"window.{name} = []; document.addEventListener('{event}', (e) => window.{name}.push(e.detail));"
        for name, event in (("loaded", "rec-load"), ("failed", "rec-error"), ("clicked", "rec-click"))
    )
    return Page(browser, site, key, head=f"<script>{listening}</script>")
