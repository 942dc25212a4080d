"""Variants: which item of a product is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.eligibility import Eligible
from models.history import History


def shown_variants(
    history: History, customers: NDArray[np.int32], leads: NDArray[np.int32], eligible: Eligible
) -> NDArray[np.int32]:
    """For leads[b, k] the variant that customers[b] last bought, else the best-selling eligible; -1 if none. (B, K)"""
    if history.variant is None:
        return eligible.picks(leads)
    last = history.last_bought(customers, leads)
    bought = (leads >= 0) & eligible.allows(np.maximum(last, 0))
    return np.where(bought, last, eligible.picks(leads))
