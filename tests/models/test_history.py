from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import history as module
from models.history import History

LISTS = st.lists(st.lists(st.integers(0, 20), unique=True, max_size=6).map(sorted), max_size=5)


def history_of(bought: list[list[int]], *, variants: bool = False) -> History:
    """Customer c bought the given leads; variants are the lead + 100."""
    items = np.array([item for own in bought for item in own], np.int32)
    arrays = {
        "indptr": np.cumsum([0, *map(len, bought)]).astype(np.int64),
        "items": items,
        "count": np.ones(len(items), np.float32),
        "age": np.zeros(len(items), np.float32),
    }
    return History(arrays | ({"variant": items + 100} if variants else {}))


@given(
    LISTS, st.lists(st.tuples(st.integers(-1, 4), st.lists(st.integers(-1, 21), min_size=2, max_size=2)), max_size=5)
)
def test_positions_point_at_the_entries_of_the_customer(
    bought: list[list[int]], asked: list[tuple[int, list[int]]]
) -> None:
    history = history_of(bought)
    asked = [(min(customer, len(bought) - 1), items) for customer, items in asked]
    customers = np.array([customer for customer, _ in asked], np.int32)
    items = np.array([items for _, items in asked], np.int32).reshape(-1, 2)
    found = history.positions(customers, items)
    assert found.shape == items.shape
    for customer, wanted, places in zip(customers.tolist(), items.tolist(), found.tolist(), strict=True):
        own = bought[customer] if customer >= 0 else []
        for item, place in zip(wanted, places, strict=True):
            assert (place >= 0) == (item in own)
            if place >= 0:
                assert history.items.values[place] == item
                assert place in range(*history.of(customer).indices(10**6))


@given(LISTS)
def test_of_is_where_the_entries_of_one_customer_lie(bought: list[list[int]]) -> None:
    history = history_of(bought)
    for customer, own in enumerate(bought):
        assert history.items.values[history.of(customer)].tolist() == own
    assert history.of(-1) == slice(0, 0)


def test_the_variant_bought_last_stands_for_its_lead_and_other_leads_for_themselves() -> None:
    customers, leads = np.array([0, 1, -1], np.int32), np.array([[3, 5], [3, 5], [3, -1]], np.int32)
    found = history_of([[3], [3, 5]], variants=True).last_bought(customers, leads)
    assert found.tolist() == [[103, 5], [103, 105], [3, -1]]
    assert history_of([[3], [3, 5]]).last_bought(customers, leads).tolist() == leads.tolist()
    assert history_of([[], []], variants=True).last_bought(customers, leads).tolist() == leads.tolist()


def test_many_items_are_looked_up_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    lists = [np.unique(generator.integers(0, 50, generator.integers(0, 20))) for _ in range(30)]
    history = history_of([each.tolist() for each in lists])
    customers = generator.integers(-1, 30, 200).astype(np.int32)
    wanted = generator.integers(-1, 45, (200, 7)).astype(np.int32)
    expected = [
        [item >= 0 and customer >= 0 and item in lists[customer] for item in row]
        for customer, row in zip(customers, wanted, strict=True)
    ]
    assert history.owned(customers, wanted).tolist() == expected
    monkeypatch.setattr(module, "MANY", 1)
    assert history.owned(customers, wanted).tolist() == expected
    monkeypatch.setattr(module, "TABLE", 1)
    assert history.owned(customers, wanted).tolist() == expected
