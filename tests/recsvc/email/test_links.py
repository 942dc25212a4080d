"""Links of a mail."""

from __future__ import annotations

import pytest

from recsvc.email.brand import Utm
from recsvc.email.links import absolute, https, marked, shows_everywhere
from recsvc.email.products import shortened


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://shop.example/a b?x=ü#y", "https://shop.example/a%20b?x=%C3%BC#y"),
        ("https://shop.example/%20?a=%2F", "https://shop.example/%20?a=%2F"),
        (' https://čaj.example/"<x> ', "https://xn--aj-dma.example/%22%3Cx%3E"),
        ("https://user:pass@shop.example/", "https://shop.example/"),
        ("http://shop.example:8080/", "http://shop.example:8080/"),
        *(
            (odd, None)
            for odd in ("/p/1", "//shop.example/1", "javascript:alert(1)", "data:x", "", None, 5, "https://[")
        ),
    ],
)
def test_only_absolute_addresses_of_the_web_are_links(address: object, link: str | None) -> None:
    assert absolute(address) == link


def test_http_becomes_https() -> None:
    assert https("http://shop.example/http://x") == "https://shop.example/http://x"
    assert https(None) is None


def test_what_a_link_says_already_is_left() -> None:
    link = "https://shop.example/p?utm_source=feed&size=4#reviews"
    assert marked(link, Utm(), "may & june", "r1") == (
        "https://shop.example/p?utm_source=feed&size=4&utm_medium=email&utm_campaign=may+%26+june&recommendation_id=r1"
        "#reviews"
    )


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("https://i.example/a.JPG?w=2", True),
        ("https://i.example/a.png", True),
        ("https://i.example/a.webp", False),
        ("https://i.example/a.avif", False),
        ("https://i.example/a.svg", False),
        ("https://i.example/image/7", False),
        ("https://i.example/a.webp?fallback=.jpg", False),
        (None, False),
    ],
)
def test_images_that_outlook_lacks_are_seen_by_their_names(image: str | None, shown: bool) -> None:
    assert shows_everywhere(image) == shown


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("short", 20, "short"),
        ("two  words\nmore", 20, "two words more"),
        ("a rather long title, with words", 21, "a rather long title…"),
        ("onewordthatislongerthanthat", 10, "onewordth…"),
        ("ab cdefghijklmnop", 10, "ab cdefgh…"),
    ],
)
def test_titles_are_cut_between_words(text: str, length: int, short: str) -> None:
    assert shortened(text, length) == short
