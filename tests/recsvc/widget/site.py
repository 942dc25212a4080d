"""A shop's web site: pages of a test's own, and the service behind the same host through a gate that can fail."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tests.waiting import PATIENCE_S, until

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320">
    <rect width="320" height="320" fill="#8a5"/></svg>"""


@dataclass
class Request:
    """What the page sent to the service."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """`delay_s` and `is_dead` are how the service seems from the page."""

    port: int
    service_port: int
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    delay_s: float = 0.0
    is_dead: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        self.pages, self.headers, self.requests = {}, {}, []
        self.delay_s, self.is_dead = 0.0, False

    def asked(self, path: str) -> list[Request]:
        return [request for request in list(self.requests) if urlsplit(request.path).path == path]

    def events(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """The events of a name that pages have sent, once there are `count` of them."""

        def sent() -> list[dict[str, Any]]:
            return [
                event
                for request in self.asked("/v1/events")
                for event in request.content["events"]
                if event["event"] == name
            ]

        until(lambda: len(sent()) >= count, f"{count} of {name}")
        return sent()


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[Site]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            self._pass_on()
        elif path in self.site.pages:
            self._answer(
                200, {"Content-Type": "text/html; charset=utf-8", **self.site.headers}, self.site.pages[path].encode()
            )
        elif path.endswith(".svg"):
            self._answer(200, {"Content-Type": "image/svg+xml", "Cache-Control": "max-age=60"}, PICTURE.encode())
        else:
            self._answer(200, {"Content-Type": "text/html"}, b"<!doctype html><title>Elsewhere</title>")

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        site = self.site
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        site.requests.append(Request(self.path, dict(self.headers.items()), body))
        # The script is what the browser has in its cache; what follows may fail.
        if not urlsplit(self.path).path.endswith("widget.js"):
            time.sleep(site.delay_s)
            if site.is_dead:
                self.close_connection = True
                return
        connection = http.client.HTTPConnection("127.0.0.1", site.service_port, timeout=PATIENCE_S)
        kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        connection.request(self.command, self.path, body or None, kept)
        answer = connection.getresponse()
        self._answer(answer.status, {"Content-Type": answer.headers["Content-Type"]}, answer.read())
        connection.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # the page has gone on
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def site_before(service_port: int, port: int) -> Iterator[Site]:
    """A site on a port, until the end of the block."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    site = Site(port, service_port)
    handler.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
