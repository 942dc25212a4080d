"""Dealt: a drawn sequence holds all that was bought, and its place by chance alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.training.evaluation.toys import Bought, toy
from training.dataset import Dataset
from training.dealt import PARTS, dealt, drawn_orders, last_orders

histories = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c"]), st.sampled_from("pqrs"), st.integers(0, 9).map(float)),
    min_size=1,
    max_size=40,
    unique=True,
).map(lambda lines: [Bought(*line) for line in lines])


def bought(dataset: Dataset) -> list[tuple[int, int]]:
    return sorted(zip(dataset.lines.customer.tolist(), dataset.lines.item.tolist(), strict=True))


@given(histories, st.integers(0, 5))
def test_orders_stay_whole_and_follow_one_another(history: list[Bought], seed: int) -> None:
    dataset = toy(history, timed=False)
    found = dealt(dataset, seed)
    lines = found.lines
    assert found.dealt
    assert found.unit == "order"
    assert bought(found) == bought(dataset)
    assert len(np.unique(lines.order)) == len(np.unique(dataset.lines.order))
    assert (np.lexsort((lines.order, lines.time, lines.customer)) == np.arange(len(lines))).all()
    for customer in range(found.n_customers):
        mine = lines.customer == customer
        assert (
            np.unique(lines.time[mine]) == lines.time.max() - np.arange(len(np.unique(lines.order[mine])))[::-1]
        ).all()


def test_a_history_with_times_keeps_its_sequence() -> None:
    dataset = toy([Bought("a", "p", 1), Bought("a", "q", 2)])
    assert dealt(dataset, 0) is dataset


def test_every_place_is_equally_likely() -> None:
    """Of 600 customers' three orders each is the last of about 200: 140 to 260 is five standard deviations."""
    dataset = toy([Bought(f"{c:03d}", f"{day}", day) for c in range(600) for day in range(3)], timed=False)
    held = last_orders(dataset, drawn_orders(dataset, seed=0))
    assert held.sum() == 600
    counts = np.bincount(dataset.lines.item[held], minlength=3)
    assert (np.abs(counts - 200) < 60).all()
    assert (drawn_orders(dataset, seed=1) != drawn_orders(dataset, seed=0)).any()


def test_orders_keep_their_places_when_others_are_not_known_of() -> None:
    dataset = toy([Bought("a", f"{day}", day) for day in range(12)], timed=False)
    order = drawn_orders(dataset, seed=0)
    kept = ~last_orders(dataset, order)
    fewer = Dataset(
        **{name: getattr(dataset, name) for name in Dataset.__slots__} | {"lines": dataset.lines.select(kept)}
    )
    assert (np.argsort(drawn_orders(fewer, seed=0)) == np.argsort(order[kept])).all()


def test_lines_are_dealt_into_parts_where_nothing_tells_orders_apart() -> None:
    dataset = toy(
        [Bought(None, "p", 0), *(Bought("a", f"{n}", 0) for n in range(500))], timed=False, orders_known=False
    )
    order = drawn_orders(dataset, seed=0)
    sizes = np.unique(order[dataset.lines.customer == 0], return_counts=True)[1]
    assert len(sizes) == PARTS
    assert sizes.min() > 20


def test_guests_and_customers_of_one_order_have_no_last_one() -> None:
    dataset = toy([Bought(None, "p", 0), Bought(None, "p", 1), Bought("a", "p", 0)], timed=False)
    assert not last_orders(dataset, drawn_orders(dataset, seed=0)).any()
