"""The example's page: what its README says, in a browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.browser import Browser
from tests.recsvc.widget.test_looks import SHIFT
from tests.services import Running
from tests.waiting import until

EXAMPLE = Path(__file__).parents[3] / "examples/shop_page"
DONE = "return customElements.get('rec-slate') && !document.querySelector('[data-state=loading]')"


@pytest.fixture(scope="module")
def shop(service: Running, key: str, ports: tuple[int, int]) -> Iterator[str]:
    """The address of the page."""
    command = [sys.executable, EXAMPLE / "serve.py", "--service", service.url, "--key", key, "--port", str(ports[1])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield until(process.stdout.readline, "the line with the address").removeprefix("page: ").strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("width", "scheme", "language", "heading"),
    [(1280, "light", "en", "Often bought together"), (375, "dark", "pl", "Często kupowane razem")],
)
def test_the_page_is_whole_quiet_and_accessible(
    browser: Browser, shop: str, width: int, scheme: str, language: str, heading: str
) -> None:
    browser.resize(width, 3000)
    browser.prefer(color_scheme=scheme)
    browser.get(f"{shop}?item=sku/004&lang={language}")
    browser.until(DONE)
    slates = browser.find_elements(By.CSS_SELECTOR, "rec-slate")
    assert [slate.get_attribute("data-state") for slate in slates] == ["ready"] * 3
    assert slates[0].shadow_root.find_element(By.CSS_SELECTOR, "h2").text == heading
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    assert browser.axe() == []
    assert browser.execute_async_script(SHIFT) == []
    assert browser.complaints() == []


def test_a_click_shows_the_page_of_the_product_clicked(browser: Browser, shop: str) -> None:
    browser.resize(1280, 3000)
    browser.get(f"{shop}?item=sku/004")
    browser.until(DONE)
    link = browser.find_element(By.CSS_SELECTOR, "rec-slate").shadow_root.find_element(By.CSS_SELECTOR, "a")
    title = link.text
    link.click()
    browser.until("return document.querySelector('h1')?.textContent == arguments[0]", title)


def test_without_a_product_it_is_the_page_of_what_sells_best(browser: Browser, shop: str) -> None:
    browser.get(shop)
    assert browser.find_element(By.CSS_SELECTOR, "h1").text
    browser.get(f"{shop}?item=nothing")
    assert "404" in browser.find_element(By.CSS_SELECTOR, "body").text
