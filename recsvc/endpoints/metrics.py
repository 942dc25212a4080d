"""GET /metrics: figures of all workers, for Prometheus."""

from __future__ import annotations

from recsvc.answer import Answer
from recsvc.call import Call
from recsvc.metrics import CONTENT_TYPE
from recsvc.routes import Route
from recsvc.service import Service

HEADERS = (("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store"))


def metrics(service: Service, _call: Call) -> Answer:
    return Answer(service.metrics.exposition(service.live.created_at), headers=HEADERS)


ROUTES = (
    Route(
        method="GET",
        path="/metrics",
        name="metrics",
        view=metrics,
        summary="Requests, latencies, fallbacks, reloads and the bundle's age, across all workers.",
        access="operator",
        answers=CONTENT_TYPE,
    ),
)
