"""A shop whose titles are attacks, the service over it, and the preview in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import polars as pl
import pytest

from tests.browser import Browser
from tests.engines import Learned, learn_shop
from tests.recsvc.conftest import publish
from tests.services import Running, running
from tests.shops import Shop, grocery

HOSTILE = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script> '


@pytest.fixture(scope="session")
def hostile() -> Learned:
    plain = grocery()
    assert plain.items is not None
    attacks = plain.items.with_columns(
        title=pl.lit(HOSTILE) + pl.col("title"),
        link="https://shop.example/" + pl.col("item_id").rank("ordinal").cast(pl.String),
    )
    return learn_shop(Shop(plain.order_lines, attacks, plain.customers))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, hostile: Learned) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("preview")
    publish(folder / "registry", hostile)
    with running(folder / "registry", folder) as started:
        yield started


@pytest.fixture
def opened(browser: Browser, service: Running, hostile: Learned) -> Callable[[str], Browser]:
    """Opens the preview of a customer, and waits for a part of it."""
    customer = min(hostile.ledger.bought)

    def open_page(awaited: str) -> Browser:
        browser.resize(1400)
        browser.get(f"{service.url}/preview?customer_id={quote(customer)}#key={service.key}")
        browser.until(f"return document.querySelector({awaited!r})")
        return browser

    return open_page
