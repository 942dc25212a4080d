"""GET /preview: any customer and what every placement would show them, to look at in a browser.

The page is empty until it is given a server key; everything in it comes from the API with that key.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from recsvc.answer import Answer, Header
from recsvc.call import Call
from recsvc.problems import Problem
from recsvc.routes import Route
from recsvc.service import Service

HTML, CSS, SCRIPT = "text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8"
# Mails carry their style in their tags, and catalogues have their pictures anywhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data: https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[Header, ...] = (
    ("Cache-Control", "no-cache"),
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)


@cache
def parts() -> dict[str, bytes]:
    """Every file of the page by its name."""
    return {file.name: file.read_bytes() for file in files("recsvc").joinpath("pages/preview").iterdir()}


def page(_service: Service, _call: Call) -> Answer:
    return _part("index.html", HTML)


def style(_service: Service, _call: Call) -> Answer:
    return _part("style.css", CSS)


def script(_service: Service, _call: Call, name: str) -> Answer:
    return _part(f"{name}.js", SCRIPT)


def _part(name: str, content_type: str) -> Answer:
    if name not in parts():
        raise Problem("not-found")
    return Answer(parts()[name], headers=(("Content-Type", content_type), *HEADERS))


ROUTES = (
    Route(
        method="GET",
        path="/preview",
        name="preview",
        view=page,
        summary="A page to look at any customer's slates and mails; it asks for a server key.",
        access="anyone",
        answers=HTML,
    ),
    Route(
        method="GET",
        path="/preview/style.css",
        name="preview_style",
        view=style,
        summary="The style sheet of /preview.",
        access="anyone",
        answers=CSS,
    ),
    Route(
        method="GET",
        path="/preview/<name>.js",
        name="preview_script",
        view=script,
        summary="The scripts of /preview.",
        access="anyone",
        in_path={"name": "Which script."},
        answers=SCRIPT,
        problems=("not-found",),
    ),
)
