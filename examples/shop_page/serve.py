"""A product page of a shop, with slates in it: serves page.html, filled as a shop's own server would fill it.

python examples/shop_page/serve.py --key rs_…      # a public key
"""

from __future__ import annotations

import argparse
import html
import json
import string
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

PAGE = string.Template((Path(__file__).parent / "page.html").read_text("utf-8"))


class Shop(BaseHTTPRequestHandler):
    """Answers every path with the page of one product: `?item=…`, else of what sells best."""

    service: str
    key: str

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        item = self.item(asked.get("item", [""])[0])
        if item is None:
            self.send_error(404)
            return
        price = "" if item["price"] is None else f"{item['price']:.2f} {item['currency'] or ''}"
        values = {"item": item["item_id"], "title": item["title"] or item["item_id"], "price": price}
        values |= {"lang": asked.get("lang", ["en"])[0], "service": self.service, "key": self.key}
        page = PAGE.substitute({name: html.escape(value) for name, value in values.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def item(self, item_id: str) -> dict[str, Any] | None:
        path = f"/v1/items?item_id={quote(item_id, safe='')}" if item_id else "/v1/recommendations/trending?limit=1"
        request = urllib.request.Request(self.service + path, headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)["items"]
        return found[0] if found else None

    def log_message(self, *_: object) -> None:
        """Pages are not worth a line each."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Serves a shop's product page with slates in it.")
    parser.add_argument("--key", required=True, help="a public key of the service")
    parser.add_argument("--service", default="http://127.0.0.1:8000", help="address of the service")
    parser.add_argument("--port", type=int, default=8080, help="where to serve the page")
    Shop.service, Shop.key, port = (getattr(parser.parse_args(), name) for name in ("service", "key", "port"))
    print(f"page: http://127.0.0.1:{port}/", flush=True)
    ThreadingHTTPServer(("127.0.0.1", port), Shop).serve_forever()


if __name__ == "__main__":
    main()
