"""Variants pooled under their best-seller."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.ragged import Ragged
from training.variants import variant_arrays


def test_the_best_selling_variant_leads_and_ties_go_to_the_first() -> None:
    arrays = variant_arrays(pl.Series(["g", None, "g", "h", "h"]), np.array([1, 9, 3, 2, 2]))
    assert arrays["group"].tolist() == [2, 1, 2, 3, 3]
    variants = Ragged(arrays["variants_indptr"], arrays["variants_values"])
    assert [
        variants.values[start:end].tolist() for start, end in zip(variants.indptr, variants.indptr[1:], strict=False)
    ] == [
        [],
        [1],
        [2, 0],
        [3, 4],
        [],
    ]


def test_groups_of_one_are_no_variants() -> None:
    assert variant_arrays(pl.Series(["g", None, "h"]), np.zeros(3, np.int64)) == {}
    assert variant_arrays(pl.Series([], dtype=pl.String), np.zeros(0, np.int64)) == {}


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 3)), min_size=2, max_size=12))
def test_every_item_is_a_variant_of_its_lead_once(items: list[tuple[str | None, int]]) -> None:
    groups, sales = [group for group, _ in items], np.array([sale for _, sale in items])
    arrays = variant_arrays(pl.Series(groups, dtype=pl.String), sales)
    if not arrays:
        known = [group for group in groups if group]
        assert len(known) == len(set(known))
        return
    variants = Ragged(arrays["variants_indptr"], arrays["variants_values"])
    assert sorted(variants.values.tolist()) == list(range(len(items)))
    assert arrays["group"][variants.values].tolist() == variants.queries().tolist()
    assert all(sales[lead] >= sales[row] for row, lead in enumerate(arrays["group"]))
