"""Days: which calendar day a moment falls on in the shop's time zone."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

MICROS_A_DAY = 86_400_000_000


def local_days(micros: NDArray[np.int64], timezone: str) -> NDArray[np.int64]:
    """The local day number since 1970 of moments in microseconds since 1970, UTC."""
    local = pl.Series(micros).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(timezone)
    return local.dt.date().cast(pl.Int32).cast(pl.Int64).to_numpy()
