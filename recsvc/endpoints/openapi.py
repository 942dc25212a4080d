"""GET /openapi.json and /docs: the API's description, for tools and for people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from recsvc.answer import Answer, Header, encode
from recsvc.call import Call
from recsvc.openapi import document
from recsvc.problems import KINDS
from recsvc.routes import Route
from recsvc.service import Service

OPENAPI_HEADERS: tuple[Header, ...] = (("Content-Type", "application/json"), ("Cache-Control", "public, max-age=300"))
# The page needs its style sheet and nothing else: no script, no frame, no other host.
PAGE_HEADERS: tuple[Header, ...] = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "public, max-age=300"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
STYLE_HEADERS: tuple[Header, ...] = (
    ("Content-Type", "text/css; charset=utf-8"),
    ("Cache-Control", "public, max-age=300"),
    ("X-Content-Type-Options", "nosniff"),
)


def described(api: Sequence[Route]) -> tuple[Route, ...]:
    """The routes and those of their description, which describes itself too."""

    @cache
    def description() -> dict[str, Any]:
        return document(routes, _version())

    @cache
    def page() -> bytes:
        pages = Environment(
            loader=PackageLoader("recsvc", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        return pages.get_template("docs.html").render(api=description(), problems=KINDS).encode()

    def openapi(_service: Service, _call: Call) -> Answer:
        return Answer(encode(description()), headers=OPENAPI_HEADERS)

    def docs(_service: Service, _call: Call) -> Answer:
        return Answer(page(), headers=PAGE_HEADERS)

    routes = (
        *api,
        Route(
            method="GET",
            path="/openapi.json",
            name="openapi",
            view=openapi,
            summary="This description, as OpenAPI 3.1.",
            access="anyone",
            answers="application/json",
        ),
        Route(
            method="GET",
            path="/docs",
            name="docs",
            view=docs,
            summary="This description, to read in a browser.",
            access="anyone",
            answers="text/html; charset=utf-8",
        ),
        Route(
            method="GET",
            path="/docs/style.css",
            name="docs_style",
            view=_style,
            summary="The style sheet of /docs.",
            access="anyone",
            answers="text/css; charset=utf-8",
        ),
    )
    return routes


def _style(_service: Service, _call: Call) -> Answer:
    return Answer(files("recsvc").joinpath("pages/docs.css").read_bytes(), headers=STYLE_HEADERS)


def _version() -> str:
    try:
        return version("recsvc")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
