"""GET /v1/placements: the slots that can be filled."""

from __future__ import annotations

from recsvc.answer import Answer, json_answer
from recsvc.call import Call
from recsvc.contract import PlacementInfo, PlacementList
from recsvc.routes import Route
from recsvc.service import Service


def placements(service: Service, _call: Call) -> Answer:
    configured = service.live.serving.engine.placements
    infos = (PlacementInfo(name, placement.kind, placement.limit) for name, placement in configured.items())
    return json_answer(PlacementList(tuple(infos)))


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
)
