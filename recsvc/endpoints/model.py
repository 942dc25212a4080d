"""GET /v1/model: which bundle answers, what it learnt from and how it did."""

from __future__ import annotations

from recsvc.answer import Answer, json_answer
from recsvc.call import Call
from recsvc.contract import ModelInfo, TrainingWindow
from recsvc.routes import Route
from recsvc.service import Service


def model(service: Service, _call: Call) -> Answer:
    serving = service.live.serving
    manifest, served = serving.manifest, serving.engine.model
    return json_answer(
        ModelInfo(
            model_version=manifest.version,
            created_at=manifest.created_at,
            training_window=TrainingWindow(manifest.training_window.first, manifest.training_window.last),
            timezone=manifest.timezone,
            currency=manifest.currency,
            customers=len(served.customers),
            items=len(served.items),
            methods=manifest.methods,
            evaluation=manifest.evaluation,
        )
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/model",
        name="model",
        view=model,
        summary="The bundle being served: version, training window, evaluation report.",
        answers=ModelInfo,
        example={
            "model_version": "20261122T235959Z-f423f9c1b",
            "created_at": "2026-11-22T23:59:59Z",
            "training_window": {"first": "2025-11-21T08:12:00Z", "last": "2026-11-22T20:01:00Z"},
            "timezone": "Europe/Warsaw",
            "currency": "EUR",
            "customers": 2467,
            "items": 68000,
            "methods": ["als", "basket", "popularity"],
            "evaluation": {},
        },
    ),
)
