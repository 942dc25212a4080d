"""Spread: candidates in an order that weighs relevance against likeness to what stands above (MMR)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.cut import Mask
from models.rules.relevance import Relevance

# Beyond so many places the order by relevance goes on: nobody reads that far, and each place costs a comparison.
MAX_PLACES = 200


def spread(
    relevance: Relevance,
    valid: Mask,
    likeness: Callable[[NDArray[np.intp]], NDArray[np.float64]],
    *,
    weight: float,
    places: int,
    stretch: int,
) -> NDArray[np.intp]:
    """Columns of slots sorted by relevance, in a new order, (B, W).

    Maximal marginal relevance (Carbonell and Goldstein 1998): place by place the candidate with the largest
    (1 - weight) · relevance - weight · likeness to the likest above it, `stretch` places making one slate.
    """
    left, query = valid.copy(), np.arange(len(valid))
    likest = np.zeros(valid.shape)
    first = np.full(valid.shape, np.inf)
    for place in range(min(places, MAX_PLACES, valid.shape[1])):
        if place % stretch == 0:
            likest = np.zeros(valid.shape)
        gain = np.where(left, (1.0 - weight) * relevance - weight * likest, -np.inf)
        best = gain.argmax(axis=1)
        found = left[query, best]
        first[query[found], best[found]] = place
        left[query, best] = False
        likest = np.maximum(likest, likeness(best))
    order: NDArray[np.intp] = np.lexsort((~valid, first), axis=1)
    return order
