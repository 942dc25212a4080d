"""GET /v1/placements: the slots that can be filled; /v1/placements/schema: how a file of them is written."""

from __future__ import annotations

from models.placements import placements_schema
from recsvc.answer import Answer, Header, encode, json_answer
from recsvc.call import Call
from recsvc.contract import PlacementInfo, PlacementList
from recsvc.routes import Route
from recsvc.service import Service

SCHEMA = "application/schema+json"
SCHEMA_HEADERS: tuple[Header, ...] = (
    ("Content-Type", SCHEMA),
    ("Cache-Control", "public, max-age=300"),
    ("X-Content-Type-Options", "nosniff"),
)


def placements(service: Service, _call: Call) -> Answer:
    configured = service.live.serving.engine.placements
    infos = (PlacementInfo(name, placement.kind, placement.limit) for name, placement in configured.items())
    return json_answer(PlacementList(tuple(infos)))


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
        example={"placements": [{"placement": "home", "kind": "for_you", "limit": 12}]},
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
