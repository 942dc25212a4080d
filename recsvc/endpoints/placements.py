"""GET /v1/placements: the slots that can be filled; …/source: one as TOML; …/schema: how a file of them is written."""

from __future__ import annotations

import msgspec
import tomli_w

from models.placements import placements_schema
from recsvc.answer import JSON_HEADERS, Answer, Header, encode, json_answer
from recsvc.call import Call
from recsvc.contract import PlacementInfo, PlacementList, PlacementSource
from recsvc.forms import Form
from recsvc.problems import Problem
from recsvc.routes import Route
from recsvc.service import Service

SCHEMA, TOML = "application/schema+json", "application/toml"
SOURCE = Form(PlacementSource)
SCHEMA_HEADERS: tuple[Header, ...] = (
    ("Content-Type", SCHEMA),
    ("Cache-Control", "public, max-age=300"),
    ("X-Content-Type-Options", "nosniff"),
)


def placements(service: Service, _call: Call) -> Answer:
    configured = service.live.serving.engine.placements
    infos = (PlacementInfo(name, each.kind, each.limit, each.description) for name, each in configured.items())
    return json_answer(PlacementList(tuple(infos)))


def source(service: Service, call: Call) -> Answer:
    name = SOURCE.from_query(call.query_text).placement
    placement = service.live.serving.engine.placements.get(name)
    if placement is None:
        raise Problem("unknown-placement")
    table = msgspec.to_builtins(placement)
    text = tomli_w.dumps({"placements": {table.pop("name"): table}})
    return Answer(text.encode(), headers=(("Content-Type", TOML), *JSON_HEADERS[1:]))


def schema(_service: Service, _call: Call) -> Answer:
    return Answer(encode(placements_schema()), headers=SCHEMA_HEADERS)


ROUTES = (
    Route(
        method="GET",
        path="/v1/placements",
        name="placements",
        view=placements,
        summary="Every placement of the shop.",
        access="public",
        answers=PlacementList,
        example={
            "placements": [
                {
                    "placement": "home",
                    "kind": "for_you",
                    "limit": 12,
                    "description": "The start page.",
                }
            ]
        },
    ),
    Route(
        method="GET",
        path="/v1/placements/source",
        name="placement_source",
        view=source,
        summary="One placement as a placements file would write it.",
        query=PlacementSource,
        answers=TOML,
        problems=("invalid-request", "query-too-long", "unknown-placement"),
    ),
    Route(
        method="GET",
        path="/v1/placements/schema",
        name="placements_schema",
        view=schema,
        summary="The JSON Schema of placements files, for editors.",
        access="anyone",
        answers=SCHEMA,
    ),
)
