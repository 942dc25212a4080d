"""Fit: the trainer's ordinary road with its default settings, from files to an Engine: read, check, search, learn.

As `recsvc-train run` goes it, the search sparing the same test window; only the evaluation and the gate, which a
protocol stands in for, are left out.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from models.engine import Engine
from training.candidate import chosen
from training.config import Config
from training.dataset import Dataset
from training.evaluation.split import split
from training.learning import Arrays, draft, learn
from training.load import load
from training.memory import Memory
from training.origin import code_version
from training.progress import Progress, progress_on
from training.recipe import Recipe

ROOT = Path(__file__).parent.parent.parent
CODE = ("models", "training")
# What the trainer is told of a prepared folder.
INPUTS = ("order_lines", "items")


class Terms(msgspec.Struct, frozen=True):
    """`seconds`: of processor time for the search; `threads`: as the trainer's; `draws`: of the bootstrap."""

    seconds: float = 120.0
    seed: int = 0
    threads: int | None = None
    draws: int = 1_000


class Learned(msgspec.Struct, frozen=True):
    """What the trainer chose, why, and what it all took: on the clock, which others share, and of processor time;

    `commit`: the code it ran.
    """

    recipe: Recipe
    why: dict[str, Any]
    wall: float
    processor: float
    commit: str


@dataclass(frozen=True, slots=True)
class Fit:
    dataset: Dataset
    engine: Engine
    learned: Learned


def fit(folder: Path, cache: Path, terms: Terms) -> Fit:
    """`cache`: where what was learned is kept; of the same files, code and terms it is opened, not learned again."""
    config = config_of(folder, terms)
    kept = cache / _key(folder, terms)
    if not kept.exists():
        with progress_on() as progress:
            _learn(config, kept, progress)
    dataset = load(config).dataset
    with np.load(kept / "arrays.npz") as arrays:
        engine = Engine(draft(dict(arrays), dataset), {})
    return Fit(dataset, engine, msgspec.json.decode((kept / "learned.json").read_bytes(), type=Learned))


def config_of(folder: Path, terms: Terms) -> Config:
    """The trainer's defaults over the files of a prepared folder."""
    inputs = {name: {"path": str(path)} for name in INPUTS if (path := folder / f"{name}.parquet").exists()}
    training = {"search_seconds": terms.seconds, "seed": terms.seed, "threads": terms.threads}
    return msgspec.convert({"inputs": inputs, "training": training}, Config)


def _learn(config: Config, kept: Path, progress: Progress) -> None:
    wall, processor = time.monotonic(), time.process_time()
    dataset = load(config, progress).dataset
    parts = split(dataset, test_days=config.evaluation.test_days, seed=config.training.seed)
    memory = Memory()
    recipe, why = chosen(parts.train, config, progress, memory)
    arrays = learn(dataset, recipe, progress, memory)
    took = time.monotonic() - wall, time.process_time() - processor
    _keep(kept, arrays, Learned(recipe, why, *took, code_version()))


def _keep(kept: Path, arrays: Arrays, learned: Learned) -> None:
    """Aside first: a folder that is there is complete."""
    aside = kept.with_name(kept.name + ".part")
    aside.mkdir(parents=True, exist_ok=True)
    np.savez(aside / "arrays.npz", **arrays)
    (aside / "learned.json").write_bytes(msgspec.json.encode(learned))
    aside.rename(kept)


def _key(folder: Path, terms: Terms) -> str:
    """What a fit depends on: the files, the code, and how it was asked to search."""
    digest = hashlib.sha256(f"{terms.seconds} {terms.seed} {terms.threads}".encode())
    code = sorted(path for part in CODE for path in (ROOT / part).rglob("*.py"))
    for path in [*(folder / f"{name}.parquet" for name in INPUTS), *code]:
        digest.update(path.read_bytes() if path.exists() else b"-")
    return digest.hexdigest()[:16]
