"""Run: from the configuration to a published bundle, or to a report that says why there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from models.bundle import Manifest, Registry, new_version
from models.errors import BundleError
from training.candidate import find_candidate
from training.config import Config
from training.errors import DataRefused, UsageError
from training.findings import Findings
from training.gate import Verdict
from training.journal import Journal, report_files
from training.load import Loaded, load
from training.memory import Memory
from training.origin import code_version
from training.progress import Progress
from training.publication import publish
from training.report.report import Outcome, Report
from training.report.timeline import timeline
from training.threads import at_most, free


@dataclass(frozen=True, slots=True)
class Finished:
    """`directory`: where the run left its report, its quarantine and its log."""

    report: Report
    directory: Path


def train(config: Config, progress: Progress, *, force: bool = False) -> Finished:
    """Trains, evaluates, and publishes unless the gate refuses; `force` publishes all the same.

    Raises TrainingError and BundleError, RegistryLocked among them; whatever it raises after that is in the log.
    """
    registry = registry_of(config)
    with registry.lock():
        return _run(config, progress, registry, publishing=True, force=force)


def evaluate(config: Config, progress: Progress) -> Finished:
    """All of `train` but its last step. Needs no lock, since nothing but the run's own directory is written."""
    return _run(config, progress, registry_of(config), publishing=False, force=False)


def registry_of(config: Config) -> Registry:
    if config.registry is None:
        raise UsageError("registry: missing; give --registry, or set it in the configuration")
    return Registry(config.registry)


def _run(config: Config, progress: Progress, registry: Registry, *, publishing: bool, force: bool) -> Finished:
    now = dt.datetime.now(dt.UTC)
    run = new_version(now)
    report = Report(run=run, outcome="evaluated", created_at=now.isoformat(), commit=code_version(), force=force)
    memory = Memory()
    threads = at_most(config.training.threads or free())
    with Journal(registry.run_directory(run)) as journal, progress, threads:
        if publishing:
            registry.prune_runs(config.training.keep_runs)
        loaded = _load(config, progress, now, journal, report)
        candidate = find_candidate(loaded.dataset, _current(registry, progress), config, progress, memory)
        report = replace(
            report,
            outcome=_outcome(candidate.verdict, force) if publishing else "evaluated",
            findings=loaded.findings,
            timeline=timeline(loaded.dataset),
            recipe=candidate.recipe,
            why=candidate.why,
            evaluation=candidate.evaluation,
            verdict=candidate.verdict,
            seconds=dict(progress.seconds),
        )
        progress.step("write report")
        files = report_files(report)
        if report.outcome in ("published", "forced"):
            publish(registry, loaded.dataset, candidate, report, files, config, progress, memory)
        journal.keep(files)
    return Finished(report, journal.directory)


def _load(config: Config, progress: Progress, now: dt.datetime, journal: Journal, report: Report) -> Loaded:
    """Leaves the quarantine, and where the data are refused a report too."""
    try:
        loaded = load(config, progress, now=now)
    except DataRefused as error:
        if error.quarantine is not None:
            journal.keep_quarantine(error.quarantine)
        findings = error.findings or Findings()
        refused = replace(report, outcome="data_refused", findings=findings, faults=tuple(error.faults))
        journal.keep(report_files(refused))
        raise
    journal.keep_quarantine(loaded.quarantine)
    return loaded


def _outcome(verdict: Verdict, force: bool) -> Outcome:
    if verdict.passed:
        return "published"
    return "forced" if force else "refused"


def _current(registry: Registry, progress: Progress) -> Manifest | None:
    """What is served today; None before the first publication, and where it is damaged."""
    try:
        version = registry.current()
        return None if version is None else registry.open(version).manifest
    except BundleError as error:
        progress.note(f"the current bundle cannot be compared with: {error}")
        return None
