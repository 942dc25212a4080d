"""GET /healthz and /readyz: for load balancers and container platforms."""

from __future__ import annotations

from recsvc.answer import Answer, json_answer
from recsvc.call import Call
from recsvc.contract import Health, Readiness
from recsvc.routes import Route
from recsvc.service import Service


def healthz(_service: Service, _call: Call) -> Answer:
    return json_answer(Health("ok"))


def readyz(service: Service, _call: Call) -> Answer:
    return json_answer(Readiness("ready", service.live.serving.manifest.version))


ROUTES = (
    Route(
        method="GET",
        path="/healthz",
        name="healthz",
        view=healthz,
        summary="Whether the process answers.",
        access="anyone",
        answers=Health,
        example={"status": "ok"},
    ),
    Route(
        method="GET",
        path="/readyz",
        name="readyz",
        view=readyz,
        summary="Whether recommendations can be served; 503 until then.",
        access="anyone",
        answers=Readiness,
        example={"status": "ready", "model_version": "20261122T235959Z-f423f9c1b"},
        problems=("not-ready",),
    ),
)
