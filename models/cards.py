"""Cards: the fields that a slate shows by default, one JSON object an item, written once in training."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from models.catalogue import Arrays, Catalogue
from models.query import card_of

DEFAULT_FIELDS = ("title", "price", "currency", "link", "image_link")


class Cards:
    """`blob` uint8 cut at `offsets` int64 (N + 1,): the card of each row; made when asked for where there are none.

    A request copies ten of them. Reading the same fields column by column costs more than ranking the slate.
    """

    def __init__(self, catalogue: Catalogue, arrays: Arrays) -> None:
        self._catalogue = catalogue
        self._blob = np.ascontiguousarray(arrays["blob"]).data if arrays else None
        self._offsets = arrays.get("offsets", np.empty(0, np.int64)).data

    def of(self, rows: Sequence[int], names: tuple[str, ...] | None = None) -> list[msgspec.Raw]:
        """The card of each row; `names`: of these fields instead of the default ones."""
        if self._blob is None or names is not None:
            chosen = DEFAULT_FIELDS if names is None else names
            return [card_of(self._catalogue.fields(row, chosen)) for row in rows]
        # For ten numbers a memoryview is faster than numpy.
        blob, offsets = self._blob, self._offsets
        return [msgspec.Raw(blob[offsets[row] : offsets[row + 1] - 1]) for row in rows]
