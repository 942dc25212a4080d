"""The browser that tests drive does what it is asked: otherwise what they see proves nothing."""

from __future__ import annotations

import struct
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser import Browser
from tests.waiting import until


def page(body: str) -> str:
    return "data:text/html;charset=utf-8," + quote(f'<!doctype html><html lang="en"><title>t</title>{body}</html>')


@pytest.mark.parametrize("width", [320, 1280])
def test_a_screenshot_is_as_wide_as_the_viewport_and_as_long_as_the_page(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    browser.resize(width, 400)
    browser.get(page('<body style="margin:0"><div style="height:1500px">'))
    png = browser.screenshot(tmp_path / "page.png").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (width, 1500)


def test_dark_is_what_the_page_is_told(browser: Browser) -> None:
    browser.get(page(""))
    dark = "return matchMedia('(prefers-color-scheme: dark)').matches"
    assert browser.execute_script(dark) is False
    browser.prefer(color_scheme="dark")
    assert browser.execute_script(dark) is True


def test_pictures_stay_away_when_they_are_off(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    (tmp_path / "page.html").write_text('<!doctype html><img src="dot.svg">')
    width = "return document.images[0].naturalWidth"
    for wanted, seen in ((True, 9), (False, 0)):
        browser.load_images(wanted)
        browser.get((tmp_path / "page.html").as_uri())
        assert browser.execute_script(width) == seen


def test_what_the_console_says_is_read_once(browser: Browser) -> None:
    browser.get(page("<script>console.error('here')</script><script>nothing()</script>"))
    assert ["here" in line or "nothing" in line for line in browser.complaints()] == [True, True]
    assert browser.complaints() == []


def test_axe_finds_what_is_wrong_and_nothing_else(browser: Browser) -> None:
    browser.get(page("<main><h1>Shop</h1><img src=x alt='A cup'></main>"))
    assert browser.axe() == []
    browser.get(page("<main><h1>Shop</h1><img src=x></main>"))
    assert [line.split(":")[0] for line in browser.axe()] == ["image-alt"]


LETTERS = "ąęłśżźčďěňřšťůžбгджийлпфцчшщыэюя"


def test_polish_czech_and_russian_letters_have_glyphs(browser: Browser) -> None:
    """A letter without a glyph is drawn as the same box as any other such letter."""
    browser.get(page("<canvas width=40 height=40>"))
    draw = """
        const canvas = document.querySelector("canvas"), pen = canvas.getContext("2d", {willReadFrequently: true});
        pen.font = "24px sans-serif";
        return [...arguments[0]].map((letter) => {
            pen.clearRect(0, 0, 40, 40);
            pen.fillText(letter, 5, 30);
            return canvas.toDataURL();
        });
    """
    drawn = browser.execute_script(draw, "\U0010fffd" + LETTERS)
    assert len(set(drawn)) == len(drawn)


def test_no_other_host_is_reached(browser: Browser) -> None:
    browser.get(page("<img src='http://somewhere.example/x.png'>"))
    (line,) = until(browser.complaints, "a complaint")
    assert "ERR_NAME_NOT_RESOLVED" in line
