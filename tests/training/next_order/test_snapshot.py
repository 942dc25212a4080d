"""Snapshots: who is asked, what was known and what was bought next, against a diary; nothing later leaks in."""

from __future__ import annotations

from dataclasses import replace as with_fields
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from tests.training.next_order.diary import FIRST_DAY, diary, small_shop
from training.dataset import Dataset
from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings
from training.next_order.snapshot import Snapshot, at_cut, before_visit, lessons, sampled, today

FIRST = NextOrderSettings(labels="first", horizon_days=20.0)
WINDOW = replace(FIRST, labels="window")
CUT = FIRST_DAY + 60.0


def wanted(snapshot: Snapshot, n_items: int) -> dict[int, set[int]]:
    """By customer."""
    query, item = np.divmod(snapshot.wanted, n_items)
    found: dict[int, set[int]] = {int(customer): set() for customer in snapshot.customers}
    for row, bought in zip(snapshot.customers[query].tolist(), item.tolist(), strict=True):
        found[row].add(bought)
    return found


@pytest.mark.parametrize("settings", [FIRST, WINDOW], ids=["first", "window"])
def test_a_cut_asks_whoever_came_before_and_after(settings: NextOrderSettings) -> None:
    dataset = small_shop(1)
    snapshot = at_cut(Purchases.of(dataset), CUT, settings)
    expected, known = {}, {}
    for customer, visits in diary(dataset).items():
        before = [visit for visit in visits if visit.day < CUT]
        after = [visit for visit in visits if CUT <= visit.day < CUT + settings.horizon_days]
        if before and after:
            answering = after if settings.labels == "window" else after[:1]
            expected[customer] = {item for visit in answering for item in visit.items}
            known[customer] = len(before)
    assert wanted(snapshot, dataset.n_items) == expected
    assert dict(zip(snapshot.customers.tolist(), snapshot.own.tolist(), strict=True)) == known
    assert set(snapshot.as_of.tolist()) == {CUT}


@pytest.mark.parametrize("unit", ["day", "order"])
def test_before_a_visit_that_visit_is_what_was_bought_next(unit: str) -> None:
    dataset = small_shop(2, unit=unit)
    snapshot = before_visit(Purchases.of(dataset), 2)
    history = {customer: visits for customer, visits in diary(dataset).items() if len(visits) >= 3}
    assert wanted(snapshot, dataset.n_items) == {
        customer: set(visits[-2].items) for customer, visits in history.items()
    }
    assert snapshot.as_of.tolist() == [history[customer][-2].day for customer in snapshot.customers.tolist()]
    assert snapshot.own.tolist() == [len(history[customer]) - 2 for customer in snapshot.customers.tolist()]


def test_today_asks_everybody_with_a_history_about_what_nobody_knows() -> None:
    purchases = Purchases.of(small_shop(1).until(FIRST_DAY + 8.0))
    snapshot = today(purchases)
    assert snapshot.customers.tolist() == np.flatnonzero(purchases.visits).tolist()
    assert 0 < len(snapshot) < purchases.n_customers
    assert not len(snapshot.wanted)


def test_lessons_are_the_latest_first_and_end_before_the_history_does() -> None:
    purchases = Purchases.of(small_shop(1))
    found = lessons(purchases, replace(FIRST, snapshots=3, spacing_days=10.0))
    assert [snapshot.as_of[0] for snapshot in found] == [purchases.end - 20, purchases.end - 30, purchases.end - 40]


def test_positions_are_learned_from_visits_whatever_is_asked_for() -> None:
    purchases = Purchases.of(small_shop(2, unit="order"))
    found = lessons(purchases, replace(WINDOW, snapshots=2))
    assert [snapshot.own.tolist() for snapshot in found] == [
        before_visit(purchases, back).own.tolist() for back in (1, 2)
    ]


def test_lessons_that_ask_nobody_are_left_out() -> None:
    assert lessons(Purchases.of(small_shop(1, orders=1)), NextOrderSettings(labels="visit")) == []


def test_a_sample_keeps_what_its_queries_wanted() -> None:
    dataset = small_shop(1)
    whole = at_cut(Purchases.of(dataset), CUT, WINDOW)
    part = sampled(whole, 4, 0, dataset.n_items)
    assert len(part) == 4 < len(whole)
    assert wanted(part, dataset.n_items).items() <= wanted(whole, dataset.n_items).items()
    assert sampled(whole, len(whole), 0, dataset.n_items) is whole


def test_parts_are_numbered_from_zero_again() -> None:
    dataset = small_shop(1)
    whole = at_cut(Purchases.of(dataset), CUT, WINDOW)
    parts = [whole.part(start, start + 3, dataset.n_items) for start in range(0, len(whole), 3)]
    together = {customer: items for part in parts for customer, items in wanted(part, dataset.n_items).items()}
    assert together == wanted(whole, dataset.n_items)


def test_what_is_bought_after_a_cut_changes_nothing_but_the_answers() -> None:
    dataset = small_shop(1)
    snapshot = at_cut(Purchases.of(dataset), CUT, WINDOW)
    known = Purchases.of(dataset.until(CUT))
    assert snapshot.taught.tolist() == known.visits.tolist()
    assert snapshot.own.tolist() == known.visits[snapshot.customers].tolist()


def test_the_digest_of_a_moment_knows_what_was_before_it_and_nothing_later() -> None:
    dataset = small_shop(1)
    earlier = dataset.until(CUT + FIRST.horizon_days)
    whole = Purchases.of(dataset)
    digest = at_cut(whole, CUT, FIRST).digest(whole)
    assert digest == at_cut(purchases := Purchases.of(earlier), CUT, FIRST).digest(purchases)
    lines = earlier.lines

    def with_lines(**columns: NDArray[Any]) -> Dataset:
        return with_fields(earlier, lines=with_fields(lines, **columns))

    changed = [
        with_lines(price=lines.price * 2),
        with_lines(quantity=lines.quantity + 1),
        earlier.until(CUT + 2),
        with_lines(item=(lines.item + 1) % dataset.n_items),
    ]
    for other in changed:
        purchases = Purchases.of(other)
        assert digest != at_cut(purchases, CUT, FIRST).digest(purchases)
