"""Photos: pictures of products, fetched from the catalogue's hosts within bounds, made square and kept on disk."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import threading
import time
import urllib.request
import warnings
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from PIL import Image, UnidentifiedImageError

from recsvc.pictures.drawn import drawn

log = logging.getLogger(__name__)

TIMEOUT_S = 4.0
MAX_BYTES = 10_000_000
MAX_PIXELS = 50_000_000
# What cannot be fetched is not tried again for so long.
PAUSE_S = 300.0
MAX_PAUSES = 10_000
# Pictures kept, about 40 KB each; of more, the oldest quarter goes.
MAX_KEPT = 20_000
QUALITY = 82
# Formats that Pillow reads safely and shops have; PostScript and other programs are not among them.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class NoPhoto(Exception):
    """There is no photo to be had; says why."""


class _SameHosts(urllib.request.HTTPRedirectHandler):
    """A redirect may not lead away from the hosts allowed."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        _require_allowed(newurl, self._hosts)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Fetcher:
    """Fetches from the hosts allowed and from no other, for a bounded time and a bounded number of bytes."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._opener = urllib.request.build_opener(_SameHosts(hosts))

    def __call__(self, address: str) -> bytes:
        """Raises NoPhoto."""
        _require_allowed(address, self._hosts)
        ends_at = time.monotonic() + TIMEOUT_S
        request = urllib.request.Request(address, headers={"User-Agent": "recsvc", "Accept": "image/*"})
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                return _read(answer, ends_at)
        except (OSError, HTTPException, ValueError) as error:
            raise NoPhoto(f"it cannot be fetched: {error}") from error


class Photos:
    """Pictures of products in a directory that the workers of a host share."""

    def __init__(self, directory: Path, hosts: frozenset[str]) -> None:
        self._directory = directory
        self._hosts = hosts
        self._fetch = Fetcher(hosts)
        self._pauses: dict[str, float] = {}
        # One photo at a time in each worker: its other threads answer meanwhile.
        self._fetching = threading.Lock()

    def jpeg(self, photo: str | None, title: str, category: str | None, side: int) -> bytes:
        """The product's picture as a JPEG of side x side pixels, drawn where there is no photo."""
        if photo is not None and urlsplit(photo).hostname in self._hosts:
            try:
                return self._kept(f"{photo}\0{side}", lambda: self._squared(photo, side))
            except NoPhoto:
                pass
        return self._kept(f"drawn\0{title}\0{category}\0{side}", lambda: _jpeg(drawn(title, category, side)))

    def picture(self, photo: str | None, title: str, category: str | None, side: int) -> Image.Image:
        """The same, to draw on."""
        return Image.open(io.BytesIO(self.jpeg(photo, title, category, side)))

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._directory / f"{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}.jpg"
        try:
            return path.read_bytes()
        except OSError:
            made = make()
        self._keep(path, made)
        return made

    def _keep(self, path: Path, content: bytes) -> None:
        """A full or read-only disk costs speed, not the picture."""
        aside = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside.write_bytes(content)
            aside.replace(path)
            self._make_room()
        except OSError as error:
            log.warning("a picture is not kept", extra={"fields": {"reason": str(error)}})

    def _make_room(self) -> None:
        # Looked at once in about 256 new pictures: listing a directory takes longer than writing to it.
        if os.urandom(1) != b"\0":
            return
        kept = sorted(self._directory.glob("*.jpg"), key=lambda path: path.stat().st_mtime)
        for path in kept[: len(kept) // 4 if len(kept) > MAX_KEPT else 0]:
            path.unlink(missing_ok=True)

    def _squared(self, photo: str, side: int) -> bytes:
        """Raises NoPhoto, and says why in the log, but not again and again."""
        if time.monotonic() < self._pauses.get(photo, 0.0):
            raise NoPhoto("it could not be fetched a moment ago")
        if not self._fetching.acquire(timeout=TIMEOUT_S):
            raise NoPhoto("others are being fetched")
        try:
            return squared(self._fetch(photo), side)
        except NoPhoto as error:
            if len(self._pauses) >= MAX_PAUSES:
                self._pauses.clear()
            self._pauses[photo] = time.monotonic() + PAUSE_S
            log.warning("no photo", extra={"fields": {"host": urlsplit(photo).hostname, "reason": str(error)}})
            raise
        finally:
            self._fetching.release()


def _require_allowed(address: str, hosts: frozenset[str]) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or parts.hostname not in hosts:
        raise NoPhoto("its host is not allowed")


def _read(answer: Any, ends_at: float) -> bytes:
    """The whole body, unless it is too long or comes too slowly."""
    parts, length = [], 0
    while part := answer.read1(65_536):
        parts.append(part)
        length += len(part)
        if length > MAX_BYTES:
            raise NoPhoto(f"it has more than {MAX_BYTES} bytes")
        if time.monotonic() > ends_at:
            raise NoPhoto(f"it takes more than {TIMEOUT_S:g} s")
    return b"".join(parts)


def squared(content: bytes, side: int) -> bytes:
    """The photo in the middle of a white square, nothing cut off. Raises NoPhoto."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by its size below
            photo = Image.open(io.BytesIO(content), formats=FORMATS)
        if photo.width * photo.height > MAX_PIXELS:
            raise NoPhoto(f"it has {photo.width} x {photo.height} pixels")
        photo.draft("RGB", (side, side))
        shown = photo.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise NoPhoto(f"it is no image that can be read: {error}") from error
    scale = side / max(shown.size)
    shown = shown.resize([max(1, round(length * scale)) for length in shown.size], Image.Resampling.LANCZOS)
    made = Image.new("RGB", (side, side), "#ffffff")
    made.paste(shown, ((side - shown.width) // 2, (side - shown.height) // 2), shown)
    return _jpeg(made)


def _jpeg(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return held.getvalue()
