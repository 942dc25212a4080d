"""Share: no item is shown to more than a part of one send, so that a mailing does not sell one product alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.slots import Slots, only, reordered


class Share:
    """Counts what a send has shown so far. `most`: the part of its recipients that may see one item, 0 to 1.

    What a chunk may show grows with the recipients so far, so that those who come last are not left with the rest.
    """

    def __init__(self, n_items: int, most: float) -> None:
        self.most = most
        self.short = 0  # recipients with an emptier slate than asked for
        self._shown: NDArray[np.int64] = np.zeros(n_items, np.int64)
        self._recipients = 0

    def of(self, slots: Slots, limit: int) -> Slots:
        """The best `limit` of each row (B, D), best first, that the share allows; what is beyond is padded.

        Column by column, every row proposes its next item; of those who propose the same, earlier rows go first.
        """
        self._recipients += len(slots)
        may = int(self.most * self._recipients) - self._shown
        items = slots["item"]
        taken, filled = np.zeros(items.shape, np.bool_), np.zeros(len(slots), np.int64)
        for place in range(items.shape[1]):
            wants = np.flatnonzero((filled < limit) & (items[:, place] >= 0))
            asked = items[wants, place]
            given = _turn(asked) < may[asked]
            rows = wants[given]
            taken[rows, place] = True
            filled[rows] += 1
            np.subtract.at(may, asked[given], 1)
        self._shown += np.bincount(items[taken], minlength=len(self._shown))
        self.short += int((filled < limit).sum())
        order = np.argsort(~taken, axis=1, kind="stable")[:, :limit]
        return reordered(only(slots, taken), order)


def _turn(items: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many earlier places hold the same item."""
    order = np.argsort(items, kind="stable")
    sorted_items = items[order]
    starts = np.flatnonzero(np.diff(sorted_items, prepend=-1))
    turn = np.empty(len(items), np.int64)
    turn[order] = np.arange(len(items)) - np.repeat(starts, np.diff(np.append(starts, len(items))))
    return turn
