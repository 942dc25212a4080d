"""Publication: a candidate learned from the whole history, written as a bundle and made current."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from models.bundle import Manifest, Registry, Window, write_bundle
from training.candidate import Candidate
from training.config import Config
from training.dataset import Dataset
from training.learning import learn
from training.memory import Memory
from training.origin import data_fingerprint
from training.progress import Progress
from training.report.report import Report

SECONDS_A_DAY = 86_400
# Where the data come from is the operator's affair, and a URL may hold a password.
PRIVATE_SETTINGS = ("inputs", "registry")


def publish(
    registry: Registry,
    dataset: Dataset,
    candidate: Candidate,
    report: Report,
    files: Mapping[str, bytes],
    config: Config,
    progress: Progress,
    memory: Memory,
) -> None:
    """Under the registry's lock; `files` lie beside the arrays. Raises BundleError; then the registry is as before."""
    with progress.within("bundle"):
        arrays = learn(dataset, candidate.recipe, progress, memory)
    manifest = _manifest(dataset, candidate, report, config)
    with registry.staging() as staging:
        progress.step("write bundle")
        write_bundle(staging, arrays, manifest, files)
        progress.step("publish")
        registry.publish(staging)
    for version in registry.prune(config.training.keep_bundles):
        progress.note(f"removed {version}, beyond the {config.training.keep_bundles} bundles to keep")


def _manifest(dataset: Dataset, candidate: Candidate, report: Report, config: Config) -> Manifest:
    settings = msgspec.to_builtins(config)
    public = {name: section for name, section in settings.items() if name not in PRIVATE_SETTINGS}
    return Manifest(
        version=report.run,
        created_at=dt.datetime.fromisoformat(report.created_at),
        training_window=_window(dataset),
        unit=dataset.unit,
        reference=dataset.reference,
        timezone=dataset.timezone,
        currency=dataset.currency,
        columns=dataset.columns,
        customer_columns=dataset.customer_columns,
        methods=tuple(candidate.recipe.methods),
        config={"recipe": msgspec.to_builtins(candidate.recipe), "why": candidate.why, "settings": public},
        data_fingerprint=data_fingerprint(dataset),
        evaluation=_evaluation(candidate),
        commit=report.commit,
        forced=_forced(report),
    )


def _forced(report: Report) -> str | None:
    """What --force overrode."""
    if not report.force or report.verdict is None:
        return None
    return "; ".join(report.verdict.refusals) or "--force was given, and nothing was refused"


def _evaluation(candidate: Candidate) -> dict[str, Any]:
    evaluation: dict[str, Any] = msgspec.to_builtins(candidate.evaluation)
    return evaluation | {"verdict": msgspec.to_builtins(candidate.verdict)}


def _window(dataset: Dataset) -> Window:
    first, last = float(dataset.lines.time.min()), float(dataset.lines.time.max())
    if dataset.unit == "order":
        return Window(int(first), int(last))
    return Window(_iso(first), _iso(last))


def _iso(days: float) -> str:
    return dt.datetime.fromtimestamp(days * SECONDS_A_DAY, dt.UTC).isoformat(timespec="seconds")
