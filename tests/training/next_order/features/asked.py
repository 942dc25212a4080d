"""A small shop as of a moment: what the features of its candidates are computed from, fast and slowly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tests.training.next_order.diary import FIRST_DAY, Diary, Visit, diary, small_shop
from training.dataset import Dataset
from training.next_order.histories import Histories
from training.next_order.purchases import Purchases
from training.next_order.snapshot import Snapshot, today

MOMENT = FIRST_DAY + 75.0


@dataclass(frozen=True)
class Asked:
    """All customers with a history before the moment, and as candidates every item for each of them."""

    dataset: Dataset
    purchases: Purchases
    snapshot: Snapshot

    @cached_property
    def histories(self) -> Histories:
        return Histories.of(self.purchases, self.snapshot.customers, self.snapshot.own)

    @cached_property
    def known(self) -> Histories:
        """Everybody's, as the shop as a whole is taught."""
        return Histories.of(self.purchases, np.arange(self.purchases.n_customers), self.snapshot.taught)

    @cached_property
    def pages(self) -> Diary:
        """What is known at the moment."""
        return diary(self.dataset)

    @property
    def row(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.snapshot)), self.dataset.n_items)

    @property
    def item(self) -> NDArray[np.int64]:
        return np.tile(np.arange(self.dataset.n_items), len(self.snapshot))

    @property
    def as_of(self) -> NDArray[np.float64]:
        return self.snapshot.as_of

    def candidates(self) -> list[tuple[list[Visit], int]]:
        """(the customer's visits, item) of each candidate."""
        customers = self.snapshot.customers[self.row].tolist()
        return [(self.pages[customer], item) for customer, item in zip(customers, self.item.tolist(), strict=True)]


def asked(unit: str = "day", *, prices: bool = True) -> Asked:
    whole = small_shop(11, unit=unit, prices=prices, guests=False)
    dataset = whole.until(MOMENT) if unit == "day" else whole
    purchases = Purchases.of(dataset)
    return Asked(dataset, purchases, today(purchases))


def close(found: NDArray[np.floating], expected: list[float]) -> None:
    """Raises AssertionError where a column differs, NaN for NaN."""
    np.testing.assert_allclose(np.asarray(found, np.float64), np.array(expected, np.float64), rtol=1e-5, atol=1e-9)
