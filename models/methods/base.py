"""What every method offers the Engine, and the shop that all methods share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays, Catalogue
from models.history import History
from models.slots import EMPTY, Slots, empty_slots, picked

TimeUnit = Literal["day", "order"]

# What a visitor just looked at is shown without any method scoring it.
RECENTLY_VIEWED = "recently_viewed"
# What the shop put at a place is scored by nothing either.
PIN = "pin"
# The position is the number that a slot stores as its method: append only.
METHOD_NAMES: tuple[str, ...] = (
    "popularity",
    "repurchase",
    "item_knn",
    "als",
    "basket",
    "up_sell",
    RECENTLY_VIEWED,
    "ridge",
    "ials",
    "content",
    "arrivals",
    PIN,
    "looked_at",
    "ease",
    "rp3beta",
    "tifu",
    "segment",
    "own_frequency",
)
METHOD_NUMBER: dict[str, int] = {name: number for number, name in enumerate(METHOD_NAMES)}


@dataclass(frozen=True, slots=True)
class Shop:
    """The parts of a bundle that methods read beside their own arrays."""

    catalogue: Catalogue
    history: History
    unit: TimeUnit
    reference: float  # end of the training window: days since 1970, or the last order position

    @property
    def n_items(self) -> int:
        return len(self.catalogue)

    @property
    def n_customers(self) -> int:
        return len(self.history.items)


class Method(Protocol):
    """The answering half of a method; its learning half has the same name under training/methods/.

    Contract, checked for every method: items are distinct lead rows or -1 and padded at the end; scores are
    finite where an item stands and descend; unknown customers and empty anchors give an empty row, never an error.
    """

    name: ClassVar[str]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        """`arrays`: what the learning half returned, memory-mapped."""

    def candidates(self, batch: Batch, depth: int) -> Slots:
        """(B, <= depth) slots with item, score and method set, best first."""

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """Writes code, evidence, n1 and n2 of the chosen slots in place."""


def ranked_rows(rows: Slots | None, customers: NDArray[np.int32], depth: int) -> Slots:
    """The lists ranked in training for the given customers, read-only; empty rows for unknown ones."""
    if rows is None or not len(rows):
        return empty_slots(len(customers), 0)
    if len(customers) == 1:
        row = int(customers[0])
        return rows[row : row + 1, :depth] if row >= 0 else empty_slots(1, 0)
    slots = picked(rows[:, :depth], np.maximum(customers, 0))
    slots[customers < 0] = EMPTY
    return slots
