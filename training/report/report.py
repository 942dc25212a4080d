"""Report: everything worth knowing about one training run, as it is stored in report.json."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from training.evaluation.result import Evaluation
from training.findings import Findings
from training.gate import Verdict
from training.recipe import Recipe
from training.report.timeline import Timeline

Outcome = Literal["published", "forced", "refused", "evaluated", "data_refused"]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Parts that the run did not come to are None or empty.

    `force`: whether a refusal of the gate was to be overridden; `seconds`: how long each step took.
    """

    run: str
    outcome: Outcome
    created_at: str
    commit: str
    findings: Findings = Findings()
    faults: tuple[str, ...] = ()
    timeline: Timeline | None = None
    recipe: Recipe | None = None
    why: dict[str, Any] = {}
    evaluation: Evaluation | None = None
    verdict: Verdict | None = None
    force: bool = False
    seconds: dict[str, float] = {}


def to_json(report: Report) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
