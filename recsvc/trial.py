"""Trial: placements that are not saved, tried on the bundle that is served; no other request sees them."""

from __future__ import annotations

import time

from models.engine import Engine
from models.errors import PlacementError
from models.placements import load_placements
from models.rules.advice import placement_advice
from models.translate import present
from recsvc.forms import IN_BODY
from recsvc.problems import Problem

WHERE = ("placements",)


def tried(engine: Engine, text: str) -> Engine:
    """The engine under the placements of the text. Raises a 400 problem that lists every fault."""
    try:
        return engine.with_placements(load_placements(text))
    except PlacementError as error:
        raise Problem("invalid-placements", faults=[IN_BODY.fault(WHERE, fault) for fault in error.faults]) from error


def notes_on(engine: Engine) -> tuple[str, ...]:
    """What is no fault of its placements, and probably not meant."""
    as_of = present(engine.model, time.time())
    return tuple(
        f"placements.{name}.{sentence}"
        for name, placement in engine.placements.items()
        for sentence in placement_advice(placement, engine.model, as_of)
    )
