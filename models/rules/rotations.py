"""Rotations: part of a slate drawn anew for each send or day, and the same whenever it is asked for again."""

from __future__ import annotations

import datetime as dt
from hashlib import blake2b
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from models.cut import Mask
from models.mixing import mixed
from models.rules.moment import Moment
from models.rules.relevance import Relevance
from models.rules.tables import Rotation


def occasion(rule: Rotation, moment: Moment, timezone: str) -> np.uint64:
    """A number for the send, else for the local day, together with the seed."""
    day = dt.datetime.fromtimestamp(moment.as_of, ZoneInfo(timezone)).date().isoformat()
    name = f"day {day}" if moment.send_id is None else f"send {moment.send_id}"
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=rule.seed.to_bytes(8)).digest()
    return np.uint64(int.from_bytes(digest))


def drawn(
    relevance: Relevance,
    valid: Mask,
    customers: NDArray[np.int32],
    items: NDArray[np.int32],
    rule: Rotation,
    occasion: np.uint64,
) -> NDArray[np.intp]:
    """Columns of slots that are sorted already, in a new order: `keep` stay, the rest of the pool is drawn, (B, W).

    A draw without replacement in which a more relevant item is likelier to come early: by log(u) / relevance,
    u uniform (Efraimidis and Spirakis 2006).
    """
    place = np.cumsum(valid, axis=1) - 1
    in_draw = valid & (place >= rule.keep) & (place < rule.pool)
    uniform = _uniform(mixed(mixed(customers.astype(np.uint64) ^ occasion)[:, None] ^ items.astype(np.uint64)))
    luck = np.log(uniform) / np.where(in_draw, relevance, 1.0)
    # Those kept stand before, those beyond the pool behind; ties, and what is not valid, stay as they are.
    group = np.where(in_draw, 1, np.where(valid & (place < rule.keep), 0, np.where(valid, 2, 3)))
    order: NDArray[np.intp] = np.lexsort((np.where(in_draw, -luck, 0.0), group), axis=1)
    return order


def _uniform(numbers: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Above 0 and below 1."""
    return ((numbers >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
