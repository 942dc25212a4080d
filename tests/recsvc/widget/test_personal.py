"""Pages of one host and the service on another, as shops have it: cross-origin, personal by token, events stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from selenium.webdriver.common.by import By

from recsvc.state.events import COLUMNS, Events
from recsvc.state.signing_keys import SigningKeys
from tests.recsvc.widget.conftest import Page
from tests.services import Running
from tests.waiting import until

CUSTOMER = "c0003"
SLATE = '<rec-slate placement="account_buy_again" layout="grid" limit="4"></rec-slate>'


@pytest.fixture
def page(page: Page, service: Running) -> Page:
    """A page that loads the script from the service itself, with no gate between them."""
    page.host = service.url
    return page


@pytest.fixture(scope="module")
def sign(service: Running) -> Callable[[int], str]:
    """Signs a token of the customer that is valid for so many seconds."""
    key = SigningKeys(service.state).create("pages")
    assert key.secret is not None
    secret = key.secret.reveal()

    def made(seconds: int) -> str:
        claims = {"sub": CUSTOMER, "scope": "personal", "exp": int(time.time()) + seconds}
        return jwt.encode(claims, secret, "HS256", {"kid": key.id})

    return made


@pytest.fixture(scope="module")
def token(sign: Callable[[int], str]) -> str:
    return sign(3600)


def recommended(service: Running, query: str) -> list[str]:
    status, slate = service.get(f"/v1/recommendations/account_buy_again?limit=4{query}")
    assert status == 200
    return [item["item_id"] for item in slate["items"]]


def shown(page: Page) -> list[str]:
    return [item["item_id"] for item in page.items()]


def stored(service: Running, name: str, recommendation: str) -> list[dict[str, Any]]:
    rows = [dict(zip(COLUMNS, row, strict=True)) for batch in Events(service.state).batches() for row in batch]
    return [row for row in rows if (row["event"], row["recommendation_id"]) == (name, recommendation)]


def test_a_page_of_another_host_shows_slates_and_its_events_are_kept(page: Page, service: Running) -> None:
    page.ready(SLATE)
    page.settled("ready")
    assert shown(page) == recommended(service, "")
    (recommendation,) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    views = until(lambda: stored(service, "recommendation_viewed", recommendation), "views in live state")
    assert {view["item_id"] for view in views} == set(shown(page))
    assert {(view["source"], view["placement"], view["customer_id"]) for view in views} == {
        ("public", "account_buy_again", None)
    }
    assert page.browser.complaints() == []
    page.browser.find_element(By.CSS_SELECTOR, "rec-slate").shadow_root.find_element(By.CSS_SELECTOR, "a").click()
    (click,) = until(lambda: stored(service, "recommendation_clicked", recommendation), "a click in live state")
    assert click["anonymous_id"] == views[0]["anonymous_id"]


def test_a_token_makes_a_slate_personal_and_its_events_too(page: Page, service: Running, token: str) -> None:
    page.script = f'data-token="{token}"'
    page.ready(SLATE)
    personal = recommended(service, f"&customer_id={CUSTOMER}")
    assert shown(page) == personal != recommended(service, "")
    (recommendation,) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    views = until(lambda: stored(service, "recommendation_viewed", recommendation), "views in live state")
    assert {view["customer_id"] for view in views} == {CUSTOMER}
    assert page.browser.complaints() == []


def test_events_outlive_their_token(page: Page, service: Running, sign: Callable[[int], str]) -> None:
    # The service forgives clocks that differ by some seconds; the page does not count on it.
    page.script = f'data-token="{sign(1)}"'
    page.ready(SLATE)
    assert shown(page) == recommended(service, f"&customer_id={CUSTOMER}")
    (recommendation,) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    views = until(lambda: stored(service, "recommendation_viewed", recommendation), "views in live state")
    assert {view["customer_id"] for view in views} == {None}


@pytest.mark.parametrize("how", ["forged", "expired", "no token"])
def test_a_wrong_token_gives_what_anybody_may_see(page: Page, service: Running, token: str, how: str) -> None:
    header, claims, signature = token.split(".")
    wrong = {
        "forged": f"{header}.{claims}.{signature[::-1]}",
        "expired": jwt.encode({"sub": CUSTOMER, "scope": "personal", "exp": 1}, "0" * 64, "HS256"),
        "no token": "nonsense",
    }[how]
    page.ready(f'<rec-slate placement="account_buy_again" layout="grid" limit="4" token="{wrong}"></rec-slate>{SLATE}')
    page.settled("ready")
    anybody = recommended(service, "")
    assert set(anybody) <= {item["item_id"] for which in (0, 1) for item in page.items(which)}
    assert page.browser.execute_script("return window.failed.map((one) => one.error)") == [
        "The customer token is not valid"
    ]
    (recommendation, _) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    views = until(lambda: stored(service, "recommendation_viewed", recommendation), "views in live state")
    assert {view["customer_id"] for view in views} == {None}
    assert page.browser.complaints() == []


def test_a_page_of_a_host_that_is_not_listed_stays_whole_and_empty(page: Page, service: Running) -> None:
    page.open(SLATE)
    page.browser.get(f"http://localhost:{page.site.port}/page")
    page.settled("empty")
    assert page.browser.execute_script("return document.querySelector('h1').innerText") == "Shop"
    assert [line for line in page.browser.complaints() if "Uncaught" in line] == []
    assert recommended(service, "")
