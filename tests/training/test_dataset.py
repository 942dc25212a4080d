"""The data set that checked tables become."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.ids import IdMap
from training.dataset import Dataset, OrderLines


def dataset() -> Dataset:
    """Customer 0: items 0 and 1, then 0; customer 1: two variants of item 1 in one order; a guest: item 0."""
    customer = np.array([-1, 0, 0, 0, 1, 1], np.int32)
    lines = OrderLines(
        customer=customer,
        item=np.array([0, 0, 1, 0, 1, 1], np.int32),
        variant=np.array([0, 0, 1, 0, 1, 2], np.int32),
        order=np.array([1, 0, 0, 3, 2, 2], np.int32),
        time=np.array([2.0, 1.0, 1.0, 4.0, 3.0, 3.0]),
        quantity=np.ones(6, np.float32),
        price=np.full(6, np.nan, np.float32),
    )
    return Dataset(
        customers=IdMap.build(["a", "b"]),
        items=IdMap.build(["x", "y", "z"]),
        lines=lines,
        columns={},
        arrays={},
        customer_columns={},
        customer_arrays={},
        unit="day",
        reference=4.0,
        timezone="UTC",
        currency=None,
    )


def test_purchases_count_orders_that_held_the_item_without_guests() -> None:
    purchases = dataset().purchases()
    assert isinstance(purchases, csr_matrix)
    assert purchases.dtype == np.float32
    assert purchases.toarray().tolist() == [[2, 1, 0], [0, 1, 0]]


@pytest.mark.parametrize(("cut", "orders"), [(4.0, 3), (3.5, 3), (1.0, 0), (5.0, 4)])
def test_what_was_known_at_a_cut_is_earlier_orders_alone_and_they_stay_dense(cut: float, orders: int) -> None:
    known = dataset().until(cut)
    assert sorted(set(known.lines.order.tolist())) == list(range(orders))
    assert (known.lines.time < cut).all()
    assert known.reference == cut
    assert known.n_items == 3


def test_a_history_without_times_cannot_be_cut() -> None:
    assert dataset().timed
    assert not dataset().until(2.0).timed
    assert not dataset().until(0.0).timed


def test_the_catalogue_has_a_row_for_each_item() -> None:
    assert len(dataset().catalogue()) == 3
