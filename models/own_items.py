"""Own items: everything a customer bought, most often first, as far as a query may show it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.eligibility import Eligible
from models.kinds import KINDS
from models.methods import METHOD_NUMBER
from models.model import Model
from models.neighbours import best_per_query
from models.slots import Slots, empty_slots


class OwnItems:
    """Ranked lists end at some depth, and may hold no own items at all; the history knows every one of them."""

    def __init__(self, model: Model) -> None:
        self._bought, self._count = model.shop.history.items, model.shop.history.count
        # The method that explains them.
        self._method = next((name for name in KINDS["buy_again"].methods if name in model.methods), None)

    def below(self, found: Slots, short: NDArray[np.bool_], batch: Batch, eligible: Eligible) -> Slots:
        """What may stand below `found`, (B, any), in rows that are `short`, (B,); none where that is all there is."""
        customers = np.where(short, batch.customers, -1)
        held = (self._bought.find(customers, found["item"]) >= 0).sum(axis=1)
        if self._method is None or (held >= self._bought.lengths_of(customers)).all():
            return empty_slots(len(batch), 0)
        spans = self._bought.spans(customers)
        items = self._bought.values[spans.values]
        allowed = np.flatnonzero(eligible.picks(items) >= 0)
        return best_per_query(
            len(batch),
            query=spans.queries()[allowed],
            items=items[allowed],
            scores=self._count[spans.values[allowed]],
            depth=len(self._count),
            method=METHOD_NUMBER[self._method],
        )
