"""Factors: boosts and buries as what they multiply the relevance of items by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.filters import Filter
from models.rules.moment import Moment
from models.rules.schedule import Schedule


class Factor:
    """One boost or bury; what of it depends on the catalogue alone is worked out once."""

    def __init__(self, filter_: Filter, factor: float, schedule: Schedule) -> None:
        self.schedule = schedule
        self.filter = filter_
        self._factor = factor

    def of(self, rows: NDArray[np.int32], moment: Moment) -> NDArray[np.float64]:
        """What the relevance of each item (rows >= 0) is multiplied by, in the shape of `rows`."""
        if self.filter.needs_query:
            met = self.filter.of(rows, moment.anchor, moment.customer, moment.as_of)
        else:
            met = self._mask[rows]
        return np.where(met, self._factor, 1.0)

    @cached_property
    def _mask(self) -> NDArray[np.bool_]:
        return self.filter.mask()


def multiplied(
    relevance: NDArray[np.float64], factors: Sequence[Factor], rows: NDArray[np.int32], moment: Moment
) -> NDArray[np.float64]:
    """The relevance times every factor whose filter an item meets."""
    for factor in factors:
        relevance = relevance * factor.of(rows, moment)
    return relevance
