"""GET /v1/widget.js: the script that puts slates into a shop's pages."""

from __future__ import annotations

from recsvc.answer import Answer, Header
from recsvc.call import Call
from recsvc.forms import parameters
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.widget import script

CONTENT_TYPE = "text/javascript; charset=utf-8"
# The same for everybody, so any cache may keep it. An address that names the version never changes its content.
AN_HOUR, FOR_GOOD = "public, max-age=3600, stale-while-revalidate=86400", "public, max-age=31536000, immutable"
HEADERS: tuple[Header, ...] = (
    ("Content-Type", CONTENT_TYPE),
    ("Vary", "Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
    # Pages of other hosts may load it, also those that isolate themselves or check its hash.
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)


def widget(_service: Service, call: Call) -> Answer:
    made = script()
    named = parameters(call.query_text).get("v") == [made.version]
    zipped = "gzip" in call.environ.get("HTTP_ACCEPT_ENCODING", "")
    tag = f'"{made.version}{"-gzip" if zipped else ""}"'
    headers = (*HEADERS, ("ETag", tag), ("Cache-Control", FOR_GOOD if named else AN_HOUR))
    if tag in call.environ.get("HTTP_IF_NONE_MATCH", ""):
        return Answer(b"", 304, headers)
    if zipped:
        return Answer(made.zipped, headers=(*headers, ("Content-Encoding", "gzip")))
    return Answer(made.text, headers=headers)


ROUTES = (
    Route(
        method="GET",
        path="/v1/widget.js",
        name="widget",
        view=widget,
        summary="The script behind <rec-slate>, for pages of the shop; `v` is its version, for caches.",
        access="anyone",
        answers=CONTENT_TYPE,
    ),
)
