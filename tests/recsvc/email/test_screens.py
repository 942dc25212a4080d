"""Every layout in a real browser: it fits its width, in the dark too, and is read without images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser

LAYOUTS = ("grid-2", "grid-3", "list", "hero")
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title>'
    '<meta name="viewport" content="width=device-width"></head><body style="margin:0"><main>{}</main></body></html>'
)


@pytest.fixture
def page(builder: Any, tmp_path: Path) -> Any:
    def made(layout: str) -> str:
        html = builder.get(f"/v1/email/email_newsletter.html?customer_id=c0003&slots=5&layout={layout}").text
        path = tmp_path / f"{layout}.html"
        path.write_text(PAGE.format(html), "utf-8")
        return path.as_uri()

    return made


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("width", [320, 600])
def test_a_block_fits_phones_and_desktops(browser: Browser, page: Any, layout: str, width: int) -> None:
    browser.resize(width)
    browser.get(page(layout))
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script("return document.querySelector('.rs').offsetWidth") == width


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_block_is_dark_where_the_reader_is(browser: Browser, page: Any, layout: str) -> None:
    def colour() -> str:
        found: str = browser.execute_script("return getComputedStyle(document.querySelector('.rs')).backgroundColor")
        return found

    browser.get(page(layout))
    assert colour() == "rgb(255, 255, 255)"
    browser.prefer(color_scheme="dark")
    assert colour() == "rgb(22, 24, 28)"
    assert [found for found in browser.axe("'.rs'") if "color-contrast" in found] == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_block_is_read_without_images(browser: Browser, page: Any, layout: str) -> None:
    browser.load_images(False)
    browser.get(page(layout))
    text = browser.execute_script("return document.body.innerText")
    assert text.count("Shop now") == 5
    assert text.count("€") >= 5
    assert [found for found in browser.axe("'.rs'") if not found.startswith("region")] == []
