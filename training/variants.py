"""Variants: items of one `item_group_id` pooled under the best-selling of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from training.checks.distinct import Distinct

Arrays = dict[str, NDArray[Any]]


def variant_arrays(groups: pl.Series, sales: NDArray[np.int64]) -> Arrays:
    """`group`, `variants_indptr` and `variants_values` as models.catalogue.Catalogue takes them; none without variants.

    `groups`: the group of each item, null where none; `sales` (items,): what makes a variant the best-selling.
    """
    codes = Distinct.of(groups).codes.astype(np.int64)
    size = len(codes)
    rows = np.arange(size)
    pool = np.where(codes >= 0, codes, size + rows)
    ranked = np.lexsort((rows, -sales, pool))
    new_pool = np.diff(pool[ranked], prepend=-1) != 0
    if new_pool.all():
        return {}
    lead = ranked[np.flatnonzero(new_pool)][np.cumsum(new_pool) - 1]  # of each item in `ranked`
    group = np.empty(size, np.int32)
    group[ranked] = lead
    indptr = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(lead, minlength=size), out=indptr[1:])
    values = ranked[np.argsort(lead, kind="stable")].astype(np.int32)
    return {"group": group, "variants_indptr": indptr, "variants_values": values}
