"""Photos of products: fetched within bounds, made square, kept; drawn where there are none."""

from __future__ import annotations

import contextlib
import io
import struct
import threading
import zlib
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image, ImageChops

from recsvc.pictures import photos as photos_module
from recsvc.pictures.drawn import drawn
from recsvc.pictures.lettering import font, lines
from recsvc.pictures.photos import Fetcher, NoPhoto, Photos

HOST = "127.0.0.1"


def picture(kind: str, size: tuple[int, int] = (60, 30), colour: str = "#d02020") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, kind)
    return held.getvalue()


def bomb() -> bytes:
    """A PNG of 200 bytes that claims 100,000 x 100,000 pixels."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", size) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


@cache
def body(path: str) -> bytes | None:
    match path:
        case "/large":
            return bytes(photos_module.MAX_BYTES + 1)
        case "/bomb":
            return bomb()
        case "/wide":
            return picture("PNG", (60_000, 900))
        case "/a.svg":
            return b"<svg/>"
        case "/a.webp" | "/a.avif" | "/a.jpg" | "/a.png":
            return picture({"/a.jpg": "JPEG"}.get(path, path[3:].upper()))
    return None


class Shop(BaseHTTPRequestHandler):
    """A host of photos, of which some misbehave."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path in ("/elsewhere", "/here"):
            self.send_response(302)
            self.send_header("Location", "/a.png" if self.path == "/here" else "http://localhost:1/a.png")
            self.end_headers()
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.05):
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return
        elif (content := body(self.path)) is not None:
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(content)
        else:
            self.send_error(404)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


stop = threading.Event()


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer((HOST, 0), Shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(tmp_path / "photos", frozenset({HOST}))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("name", ["a.webp", "a.avif", "a.jpg", "a.png", "here"])
def test_a_photo_of_any_format_becomes_a_square_jpeg(photos: Photos, shop: str, name: str) -> None:
    made = opened(photos.jpeg(f"{shop}/{name}", "Title", None, 80))
    assert (made.format, made.size, made.mode) == ("JPEG", (80, 80), "RGB")
    red, white = made.getpixel((40, 40)), made.getpixel((40, 5))
    assert isinstance(red, tuple)
    assert red[0] > 180 > 60 > red[1]
    assert white == (255, 255, 255)


def test_a_photo_is_fetched_once(photos: Photos, shop: str) -> None:
    Shop.asked.clear()
    first = photos.jpeg(f"{shop}/a.png", "Title", None, 80)
    assert photos.jpeg(f"{shop}/a.png", "Another title", None, 80) == first
    assert Shop.asked == ["/a.png"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("large", "more than"),
        ("gone", "404"),
        ("elsewhere", "not allowed"),
        ("slow", "takes more than"),
    ],
)
def test_what_is_out_of_bounds_is_not_fetched(shop: str, name: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos_module, "TIMEOUT_S", 1.0)
    with pytest.raises(NoPhoto, match=why):
        Fetcher(frozenset({HOST}))(f"{shop}/{name}")


@pytest.mark.parametrize("address", ["http://other.example/a.png", "ftp://127.0.0.1/a.png", "file:///etc/passwd"])
def test_other_hosts_and_schemes_are_not_asked(address: str) -> None:
    with pytest.raises(NoPhoto, match="not allowed"):
        Fetcher(frozenset({HOST}))(address)


@pytest.mark.parametrize("name", ["a.svg", "bomb", "wide", "gone"])
def test_what_is_no_photo_is_drawn_and_not_asked_again_and_again(photos: Photos, shop: str, name: str) -> None:
    Shop.asked.clear()
    expected = photos.jpeg(None, "Title", "Tea > Green", 80)
    assert [photos.jpeg(f"{shop}/{name}", "Title", "Tea > Green", 80) for _ in range(2)] == [expected] * 2
    assert Shop.asked == [f"/{name}"]


def test_a_host_that_is_not_allowed_costs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    closed = Photos(tmp_path, frozenset())
    assert closed.jpeg("https://img.example/a.png", "Title", None, 80) == closed.jpeg(None, "Title", None, 80)
    assert caplog.text == ""


def test_while_a_photo_is_fetched_others_are_drawn(photos: Photos, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos_module, "TIMEOUT_S", 0.05)
    with photos._fetching:
        assert photos.jpeg(f"{shop}/a.png", "T", None, 80) == photos.jpeg(None, "T", None, 80)
    assert photos.jpeg(f"{shop}/a.png", "T", None, 80) != photos.jpeg(None, "T", None, 80)


def test_a_disk_that_takes_nothing_costs_no_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    assert opened(Photos(tmp_path / "file", frozenset()).jpeg(None, "Title", None, 80)).size == (80, 80)
    assert "a picture is not kept" in caplog.text


def test_of_too_many_pictures_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos_module, "MAX_KEPT", 4)
    monkeypatch.setattr(photos_module.os, "urandom", lambda _: b"\0")
    photos = Photos(tmp_path, frozenset())
    for number in range(8):
        photos.jpeg(None, f"Title {number}", None, 16)
    assert 4 <= len(list(tmp_path.iterdir())) <= 5
    assert photos._pauses == {}


def test_pauses_are_forgotten_before_they_fill_the_memory(
    photos: Photos, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos_module, "MAX_PAUSES", 2)
    for number in range(5):
        photos.jpeg(f"{shop}/gone/{number}", "Title", None, 16)
    assert len(photos._pauses) <= 2


def test_the_same_words_are_drawn_alike_and_others_otherwise() -> None:
    first, again, other = drawn("Čaj", "Tea", 64), drawn("Čaj", "Tea", 64), drawn("Káva", "Coffee", 64)
    assert ImageChops.difference(first, again).getbbox() is None
    assert ImageChops.difference(first, other).getbbox() is not None


@pytest.mark.parametrize("letters", ["ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ", "čďěňřšťůž", "ЖёщъыьэюяЇєґ", "€£₽₴₸zł", "ßøåæőű", "αβγ"])
@pytest.mark.parametrize("bold", [False, True])
def test_every_european_letter_has_a_shape(letters: str, bold: bool) -> None:
    face = font(24, bold=bold)
    missing = bytes(face.getmask("\U0010ffff"))
    assert [letter for letter in letters if not letter.isspace() and bytes(face.getmask(letter)) == missing] == []


@pytest.mark.parametrize(("text", "most"), [("a b c", 1), ("one two three four five six seven", 2), ("x" * 80, 3)])
def test_lines_are_no_wider_than_they_may_be(text: str, most: int) -> None:
    face = font(20)
    made = lines(text, face, 100, most)
    assert 1 <= len(made) <= most
    assert all(face.getlength(line) <= 100 for line in made)
    assert made[-1].endswith("…") == (text != "a b c")
