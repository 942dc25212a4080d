"""Eligibility: which items a query may show at all, and which variant stands for each group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, Kind
from models.filters import Filter, compile_filter
from models.ragged import Ragged

# Masks of filters that depend on the catalogue alone are kept; each is 5 bytes an item.
CACHED_MASKS = 64
CACHED_FILTERS = 512
# Rows of a presorted list looked at first when a filter is answered row by row; each further look is four times wider.
FIRST_SCAN = 256

Rows = NDArray[np.int32]


class Eligible(Protocol):
    def allows(self, rows: Rows) -> NDArray[np.bool_]:
        """Whether each item row (variants by themselves) may be shown; same shape; rows are >= 0."""

    def picks(self, leads: Rows) -> Rows:
        """For each lead row the variant to show, -1 if none may be shown; same shape."""

    def first(self, name: str, ordered: Rows, count: int) -> Rows:
        """The first `count` eligible leads of the presorted list called `name`."""


class Masked:
    """Sellable items that pass filters over the catalogue alone: one array, made once for the whole shop."""

    def __init__(self, catalogue: Catalogue, passes: NDArray[np.bool_]) -> None:
        self.variants = catalogue.variants
        self._passes = passes
        self._picks = _variant_picks(catalogue, passes)
        self._lists: dict[str, Rows] = {}

    def allows(self, rows: Rows) -> NDArray[np.bool_]:
        return self._passes[rows]

    def picks(self, leads: Rows) -> Rows:
        picks: Rows = self._picks.take(leads)  # in half of the time of an index
        return picks

    def first(self, name: str, ordered: Rows, count: int) -> Rows:
        passing = self._lists.get(name)
        if passing is None:
            passing = ordered[self._picks[ordered] >= 0]
            self._lists[name] = passing
        return passing[:count]


class RowWise:
    """Filters that also ask about the anchor, the customer or the time: answered for the rows looked at."""

    def __init__(self, base: Masked, test: Callable[[Rows], NDArray[np.bool_]]) -> None:
        self._base = base
        self._test = test

    def allows(self, rows: Rows) -> NDArray[np.bool_]:
        return self._base.allows(rows) & self._test(rows)

    def picks(self, leads: Rows) -> Rows:
        if self._base.variants is None:
            picks = self._base.picks(leads)
            return np.where(self._test(np.maximum(picks, 0)), picks, np.int32(-1))
        variants = self._base.variants.take(leads.ravel())
        return _first_of_each(leads.size, variants, self.allows(variants.values)).reshape(leads.shape)

    def first(self, name: str, ordered: Rows, count: int) -> Rows:
        ordered = self._base.first(name, ordered, len(ordered))
        found, start, width = [ordered[:0]], 0, FIRST_SCAN
        while start < len(ordered) and sum(map(len, found)) < count:
            window = ordered[start : start + width]
            found.append(window[self.picks(window) >= 0])
            start, width = start + width, width * 4
        return np.concatenate(found)[:count]


class Eligibility:
    """Compiles filters and keeps their masks; shared by all threads of a worker."""

    def __init__(self, catalogue: Catalogue, customer_kinds: Mapping[str, Kind]) -> None:
        self._catalogue = catalogue
        self._masked = lru_cache(maxsize=CACHED_MASKS)(self._mask)
        self._compile = lru_cache(maxsize=CACHED_FILTERS)(lambda text: compile_filter(text, catalogue, customer_kinds))

    def filter(self, text: str) -> Filter:
        """The compiled filter; raises FilterError."""
        return self._compile(text)

    def of(
        self, texts: tuple[str, ...], *, anchor: int | None, customer: Mapping[str, Any] | None, as_of: float
    ) -> Eligible:
        """What may be shown under all of the filters; `as_of` in seconds since 1970. Raises FilterError."""
        if not texts:
            return self._masked(())
        filters = [self.filter(text) for text in texts]
        masked = self._masked(tuple(item.text for item in filters if not item.needs_query))
        asking = [item for item in filters if item.needs_query]
        if not asking:
            return masked

        def test(rows: Rows) -> NDArray[np.bool_]:
            allowed = np.ones(rows.shape, np.bool_)
            for item in asking:
                allowed &= item.of(rows, anchor, customer, as_of)
            return allowed

        return RowWise(masked, test)

    def _mask(self, texts: tuple[str, ...]) -> Masked:
        passes = self._catalogue.sellable
        for text in texts:
            passes = passes & self.filter(text).mask()
        return Masked(self._catalogue, passes)


def _variant_picks(catalogue: Catalogue, passes: NDArray[np.bool_]) -> Rows:
    """For each lead its best-selling variant that passes; rows that lead no group pick nothing.

    One element longer than the catalogue: row -1, no item, picks -1.
    """
    if catalogue.variants is None:
        return np.append(np.where(passes, np.arange(len(passes), dtype=np.int32), np.int32(-1)), np.int32(-1))
    picks = _first_of_each(len(catalogue), catalogue.variants, passes[catalogue.variants.values])
    return np.append(picks, np.int32(-1))


def _first_of_each(size: int, lists: Ragged, passing: NDArray[np.bool_]) -> Rows:
    """The first passing value of every list, -1 where there is none, (size,)."""
    first = np.full(size, -1, np.int32)
    places = np.flatnonzero(passing)[::-1]  # reversed: the first is written last
    first[lists.queries()[places]] = lists.values[places]
    return first
