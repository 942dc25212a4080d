"""Returns: what remains of each sale once later returns have taken their pieces back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

LEAST_QUANTITY = 1e-6  # below this, a remainder is rounding


@dataclass(frozen=True, slots=True)
class Netted:
    """`remaining` float64 (n,): what is left of a sale, 0 for a return; the masks are of returns.

    `unmatched`: no piece of it was sold before; `excessive`: only some of its pieces were.
    """

    remaining: NDArray[np.float64]
    unmatched: NDArray[np.bool_]
    excessive: NDArray[np.bool_]


def net(key: NDArray[np.int64], time: NDArray[np.int64], quantity: NDArray[np.float64]) -> Netted:
    """A return (quantity < 0) takes back the latest earlier pieces of the same `key` (customer and item), as a stack.

    Seen as a path that rises by each sale and falls by each return, but never below 0, a piece is kept exactly if
    the path stays above its height from its sale on. At equal times sales come first.
    """
    nothing = np.zeros(len(key), np.bool_)
    if not (quantity < 0).any():
        return Netted(quantity, nothing, nothing)
    touched = np.flatnonzero(pl.Series(key).is_in(pl.Series(key[quantity < 0]).implode()).to_numpy())
    rows = touched[np.lexsort((quantity[touched] < 0, time[touched], key[touched]))]
    path = _path(key[rows], quantity[rows])
    remaining = quantity.copy()
    remaining[rows] = np.where(path.kept > LEAST_QUANTITY, path.kept, 0.0)
    unmatched, excessive = nothing.copy(), nothing.copy()
    unmatched[rows] = (quantity[rows] < 0) & (path.excess >= -quantity[rows] - LEAST_QUANTITY)
    excessive[rows] = (path.excess > LEAST_QUANTITY) & ~unmatched[rows]
    return Netted(remaining, unmatched, excessive)


@dataclass(frozen=True, slots=True)
class _Path:
    kept: NDArray[np.float64]
    excess: NDArray[np.float64]


def _path(key: NDArray[np.int64], quantity: NDArray[np.float64]) -> _Path:
    """Rows sorted by key and time."""
    frame = (
        pl.DataFrame({"key": key, "quantity": quantity})
        .with_columns(total=pl.col("quantity").cum_sum().over("key"))
        .with_columns(below=pl.min_horizontal(pl.col("total").cum_min().over("key"), 0.0))
        .with_columns(height=pl.col("total") - pl.col("below"))
        .with_columns(lowest=pl.col("height").cum_min(reverse=True).over("key"))
    )
    base = pl.col("height") - pl.col("quantity")
    sold = pl.col("quantity") > 0
    return _Path(
        frame.select(pl.when(sold).then((pl.col("lowest") - base).clip(0.0)).otherwise(0.0).alias("kept"))[
            "kept"
        ].to_numpy(),
        frame.select((pl.col("below").shift(1).over("key").fill_null(0.0) - pl.col("below")).alias("x"))[
            "x"
        ].to_numpy(),
    )
