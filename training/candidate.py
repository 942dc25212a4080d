"""Candidate: the recipe for a shop, evaluated on the end of its history and judged against what is served today."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import msgspec

from models.bundle import Manifest
from training.config import Config
from training.dataset import Dataset
from training.evaluation.contenders import engines
from training.evaluation.evaluate import hold_trials, summary
from training.evaluation.result import Evaluation
from training.evaluation.split import Split, split
from training.gate import Verdict, better_floor, judge
from training.memory import Memory
from training.progress import Progress
from training.recipe import Recipe, unknown_parts
from training.search import Choice, by_hand, search


@dataclass(frozen=True, slots=True)
class Candidate:
    """`why`: what the search says of its choice."""

    recipe: Recipe
    evaluation: Evaluation
    verdict: Verdict
    split: Split
    why: dict[str, Any] = field(default_factory=dict)


def find_candidate(
    dataset: Dataset, current: Manifest | None, config: Config, progress: Progress, memory: Memory
) -> Candidate:
    """Chooses on what was before the test window, and evaluates on it; `current`: the bundle to be replaced."""
    parts = split(dataset, test_days=config.evaluation.test_days, seed=config.training.seed)
    recipe, why = chosen(parts.train, config, progress, memory)
    candidate = _judged(recipe, why, parts, current, config, progress, memory)
    floor = better_floor(candidate.evaluation)
    if floor is None or current is not None:
        return candidate
    # Refusing would leave a new shop with nothing.
    progress.note(f"{floor} surely foretells more than what the search chose, so it fills the lists")
    why = why | {"instead": f"{floor}, which surely foretold more in the test window than {' > '.join(recipe.cascade)}"}
    return _judged(by_hand(recipe, floor), why, parts, current, config, progress, memory)


def _judged(
    recipe: Recipe,
    why: dict[str, Any],
    parts: Split,
    current: Manifest | None,
    config: Config,
    progress: Progress,
    memory: Memory,
) -> Candidate:
    rival, note = _rival(current, recipe)
    candidates = engines(parts.train, recipe, rival, progress, memory)
    trials = hold_trials(parts, candidates, config, progress)
    progress.step("compare")
    evaluation = summary(trials, parts, config)
    compared_with = current.version if current is not None and rival is not None else None
    verdict = judge(evaluation, config.gate, compared_with=compared_with, notes=(note,))
    return Candidate(recipe, evaluation, verdict, parts, why)


def chosen(train: Dataset, config: Config, progress: Progress, memory: Memory) -> Choice:
    """The recipe for a shop, by what it knows before the test window."""
    settings = config.training
    threads = settings.threads or len(os.sched_getaffinity(0))
    return search(
        train,
        depth=settings.depth,
        seed=settings.seed,
        threads=threads,
        seconds=settings.search_seconds,
        progress=progress,
        memory=memory,
    )


def _rival(current: Manifest | None, recipe: Recipe) -> tuple[Recipe | None, str]:
    """The recipe of the current bundle where it is another one, and what the report says of it."""
    if current is None:
        return None, "no current bundle: floors alone decide"
    try:
        recorded = msgspec.convert(current.config.get("recipe"), Recipe)
    except msgspec.ValidationError as error:
        return None, f"the recipe of {current.version} is of another release ({error}): floors alone decide"
    if unknown := ", ".join(unknown_parts(recorded)):
        return None, f"the recipe of {current.version} is of another release (it names {unknown}): floors alone decide"
    if recorded == recipe:
        return None, f"the same recipe as that of {current.version}: floors alone decide"
    return recorded, f"compared with {current.version}, learned again from the same history"
