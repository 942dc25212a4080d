"""Ask: the same history and questions to every peer, by files, and what each of its models shows."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from bench.peers.environments import KNOW_CARTS, PEERS, REQUIREMENTS, PeerError, environment, last_line
from bench.protocols.questions import Questions
from training.dataset import Dataset
from training.evaluation.metrics import Shown

SCRIPTS = Path(__file__).parent / "scripts"
# So that fits are compared by work, not by threads.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
LONGEST_S = 1_800.0


def ask_peers(
    dataset: Dataset, questions: Questions, *, places: int, repeats: bool, cache: Path, peers: tuple[str, ...] = PEERS
) -> Iterator[tuple[str, Shown, float, float]]:
    """(model, slates (B, places), seconds to fit, seconds to answer); a peer that fails is told of and left out.

    A peer that was asked the same before is not asked again.
    """
    yield from answers(exchange(dataset, questions, places=places, repeats=repeats), cache, peers)


def answers(
    told: dict[str, NDArray[Any]], cache: Path, peers: tuple[str, ...]
) -> Iterator[tuple[str, Shown, float, float]]:
    """The same, of what a peer is told."""
    for peer in peers:
        if told["cart"] and peer not in KNOW_CARTS:
            continue
        kept = cache / "answers" / f"{peer}-{_key(told, peer)}.npz"
        try:
            if not kept.with_suffix(".json").exists():
                _ask(environment(peer, cache), peer, told, kept)
        except PeerError as error:
            click.echo(f"{peer}: left out: {error}", err=True)
            continue
        seconds = json.loads(kept.with_suffix(".json").read_text())
        with np.load(kept) as shown:
            for model, (fitted, answered) in seconds.items():
                yield model, shown[model], fitted, answered


def exchange(dataset: Dataset, questions: Questions, *, places: int, repeats: bool) -> dict[str, NDArray[Any]]:
    """What scripts/files.py reads."""
    bought = dataset.purchases().tocoo()
    lines = dataset.lines
    first = np.unique(lines.order.astype(np.int64) * dataset.n_items + lines.item, return_index=True)[1]
    anchors = questions.batch.anchors
    return {
        "shape": np.array([dataset.n_customers, dataset.n_items, int(lines.order.max(initial=-1)) + 1]),
        "customer": bought.row,
        "item": bought.col,
        "count": bought.data,
        "order": lines.order[first],
        "order_item": lines.item[first],
        "asked": questions.batch.customers,
        "anchors": anchors.values,
        "anchor_indptr": anchors.indptr,
        "cart": np.array(len(anchors.values) > 0),
        "repeats": np.array(repeats),
        "places": np.array(places),
    }


def _key(told: dict[str, NDArray[Any]], peer: str) -> str:
    """What an answer depends on: the questions, the peer's versions, and how it is asked."""
    digest = hashlib.sha256()
    for name, array in told.items():
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    for path in (SCRIPTS / "files.py", SCRIPTS / f"{peer}_models.py", REQUIREMENTS / f"{peer}.txt"):
        digest.update(path.read_bytes() if path.exists() else b"-")
    return digest.hexdigest()[:16]


def _ask(python: Path, peer: str, told: dict[str, NDArray[Any]], answers: Path) -> None:
    """Raises PeerError; answers are there with their seconds, or not at all."""
    answers.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "asked.npz"
        np.savez(asked, **told)
        command = [str(python), str(SCRIPTS / f"{peer}_models.py"), str(asked), str(answers)]
        try:
            done = subprocess.run(
                command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False, timeout=LONGEST_S
            )
        except subprocess.TimeoutExpired:
            raise PeerError(f"no answer within {LONGEST_S:.0f} s") from None
    if done.returncode:
        raise PeerError(f"ended with {done.returncode}: {last_line(done.stderr)}")
    for line in done.stderr.splitlines():
        if line.startswith("left out: "):
            click.echo(line, err=True)
