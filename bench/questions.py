"""Questions: paths that ask for the slates of random known customers."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from bench.draws import shuffled_ranks
from models.bundle import Bundle, Registry

LIMIT = 10
COUNT = 50_000
RECENT = 10


def slates(registry: Path, *, viewing: float = 0.0, count: int = COUNT, seed: int = 1) -> list[str]:
    """Slates of ten with the default catalogue fields; of the customers a share of `viewing` just viewed ten items."""
    bundle = Registry(registry).open_current()
    rng = np.random.default_rng(seed)
    customers = _texts(bundle.arrays["customers/ids"], rng.integers(0, len(bundle.arrays["customers/ids"]), count))
    paths = [f"/v1/recommendations/home?customer_id={customer}&limit={LIMIT}" for customer in customers]
    viewers = np.flatnonzero(rng.random(count) < viewing)
    for viewer, recent in zip(viewers.tolist(), viewed(bundle, rng, len(viewers)), strict=True):
        paths[viewer] += "".join(f"&recent={item}" for item in recent)
    return paths


def viewed(bundle: Bundle, rng: np.random.Generator, count: int) -> list[list[str]]:
    """Ten items each, popular ones the likelier. (count, 10) ids, ready for a query string."""
    popular = bundle.arrays["methods/popularity/popular"]
    rows = popular[shuffled_ranks(rng, count, RECENT, len(popular))]
    return [_texts(bundle.arrays["items/ids"], viewed_rows) for viewed_rows in rows]


def _texts(ids: NDArray[np.bytes_], rows: NDArray[np.integer]) -> list[str]:
    return [quote(value) for value in ids[rows].tolist()]
