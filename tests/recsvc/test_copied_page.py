"""The page of the web developer's guide, copied and opened in a real browser, on another host than the service's."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from recsvc.app import create_app
from recsvc.settings import Settings
from recsvc.state import schema
from recsvc.state.events import COLUMNS
from recsvc.state.keys import Keys
from tests.browser import Browser
from tests.recsvc.signing import KNOWN, Sign, sign
from tests.waiting import until

GUIDE = (Path(__file__).parents[2] / "docs/guides/web-developer.md").read_text("utf-8")
(PAGE,) = re.findall(r"```html\n(<!doctype html>.*?)```", GUIDE, re.DOTALL)

__all__ = ["sign"]


class Copied:
    """The page under a host of the list, and the service elsewhere."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self.html = ""
        self.port = stack.enter_context(served(self._page))
        listed = dataclasses.replace(settings, cors_origins=frozenset({f"http://127.0.0.1:{self.port}"}))
        self._app = create_app(listed)
        self._service = stack.enter_context(served(self._app))

    def write(self, key: str, token: str = "") -> None:
        self.html = PAGE.replace("https://recs.shop.example", f"http://127.0.0.1:{self._service}")
        self.html = self.html.replace("rs_…", key).replace('TOKEN = ""', f'TOKEN = "{token}"')

    def events(self, name: str) -> list[dict[str, Any]]:
        """Those stored, by name."""
        rows = [
            dict(zip(COLUMNS, row, strict=True)) for part in self._app.service.state.events().batches() for row in part
        ]
        return [row for row in rows if row["event"] == name]

    def _page(self, environ: dict[str, Any], start_response: Any) -> Any:
        shown = self.html if Request(environ).path == "/" else "<!doctype html><title>Product</title>"
        return Response(shown, content_type="text/html; charset=utf-8")(environ, start_response)


@contextmanager
def served(application: Callable[..., Any]) -> Iterator[int]:
    """The port that the application is served at."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def copied(settings: Settings, keys: Keys, public: Any) -> Iterator[Copied]:
    with keys._engine.begin() as connection:
        connection.execute(delete(schema.events))
    with ExitStack() as stack:
        page = Copied(settings, stack)
        page.write(public.key)
        yield page


def tiles(browser: Browser) -> list[str]:
    """The texts of what is shown, once it is."""
    found: list[str] = browser.until(
        "const found = [...document.querySelectorAll('#slate:not([hidden]) li a')].map((link) => link.textContent);"
        "return found.length ? found : null"
    )
    return found


def test_it_shows_a_slate_about_nobody_and_reports_views_and_clicks(
    browser: Browser, copied: Copied, server: Any
) -> None:
    browser.get(f"http://127.0.0.1:{copied.port}/")
    expected = server.get("/v1/recommendations/home").json["items"]
    assert [text.rpartition(", ")[0] for text in tiles(browser)] == [item["title"] for item in expected]
    assert browser.axe() == []
    until(lambda: len(copied.events("recommendation_viewed")) == len(expected), "views")
    assert {row["item_id"] for row in copied.events("recommendation_viewed")} == {item["item_id"] for item in expected}
    browser.execute_script("document.querySelector('#slate a').click()")
    until(lambda: copied.events("recommendation_clicked") != [], "a click")
    (click,) = copied.events("recommendation_clicked")
    assert (click["item_id"], click["placement"], click["source"]) == (expected[0]["item_id"], "home", "public")
    assert click["customer_id"] is None
    assert f"recommendation_id={click['recommendation_id']}" in browser.current_url


def test_with_a_token_it_shows_the_customers_own_slate(
    browser: Browser, copied: Copied, public: Any, server: Any, sign: Sign
) -> None:
    copied.write(public.key, sign())
    browser.get(f"http://127.0.0.1:{copied.port}/")
    expected = server.get(f"/v1/recommendations/home?customer_id={KNOWN}").json["items"]
    assert [text.rpartition(", ")[0] for text in tiles(browser)] == [item["title"] for item in expected]
    # All of them, or the rest would arrive in the next test.
    until(lambda: len(copied.events("recommendation_viewed")) == len(expected), "views")
    assert {row["customer_id"] for row in copied.events("recommendation_viewed")} == {KNOWN}


@pytest.mark.parametrize("fault", ["token", "host"])
def test_a_forged_token_and_a_stranger_get_nothing(
    browser: Browser, copied: Copied, public: Any, sign: Sign, fault: str
) -> None:
    host = "localhost" if fault == "host" else "127.0.0.1"
    copied.write(public.key, sign()[:-5] + "AAAAA" if fault == "token" else "")
    browser.get(f"http://{host}:{copied.port}/")
    browser.until("return performance.getEntriesByType('resource').length > 0")
    assert browser.execute_script("return document.querySelector('#slate').hidden") is True
    assert copied.events("recommendation_viewed") == []


def test_axe_finds_nothing_in_an_included_fragment(browser: Browser, copied: Copied, server: Any) -> None:
    fragment = server.get("/v1/recommendations/home.html?fields=brand").text
    copied.html = f'<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1>{fragment}</main>'
    browser.get(f"http://127.0.0.1:{copied.port}/")
    assert len(browser.find_elements("css selector", ".rec-slate li a")) == 12
    assert browser.axe() == []
