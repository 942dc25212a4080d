"""Tasks: who is asked what, and which answers count, on histories written by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ragged import Ragged
from tests.training.evaluation.toys import Bought, Item, toy
from training.dataset import Dataset
from training.evaluation import tasks
from training.evaluation.facts import Facts
from training.evaluation.split import Split, split
from training.evaluation.tasks import Task, Terms

TERMS = Terms()
START = [Bought("a", "milk", 0.5, 1.0), Bought("z", "milk", 0.5, 1.0)]


def parts_of(dataset: Dataset) -> tuple[Split, Facts]:
    parts = split(dataset, test_days=28)
    return parts, Facts.of(parts.train)


def answers(task: Task, dataset: Dataset) -> dict[str, set[str]]:
    """What each customer is expected to be shown."""
    queries = task.truth.items.queries()
    return {
        dataset.customers.id(customer): set(dataset.items.ids(task.truth.items.values[queries == query]))
        for query, customer in enumerate(task.batch.customers.tolist())
    }


def test_next_order_is_the_first_day_after_the_cut() -> None:
    dataset = toy(
        [
            *START,
            Bought("a", "bread", 190.3),
            Bought("a", "jam", 190.8),
            Bought("a", "tea", 192.3),
            Bought("new", "tea", 199.5),
            Bought(None, "tea", 199.5),
        ]
    )
    task = tasks.next_order(*parts_of(dataset), TERMS)
    assert answers(task, dataset) == {"a": {"bread", "jam"}, "new": {"tea"}}
    assert len(task.batch.anchors.values) == 0


def test_discovery_is_what_customers_with_a_history_had_never_bought() -> None:
    dataset = toy([*START, Bought("a", "milk", 190.3), Bought("a", "jam", 195.3), Bought("new", "jam", 199.5)])
    assert answers(tasks.discovery(*parts_of(dataset), TERMS), dataset) == {"a": {"jam"}}


def test_buy_again_is_what_was_bought_before() -> None:
    dataset = toy([*START, Bought("a", "milk", 190.3), Bought("a", "jam", 195.3), Bought("new", "milk", 199.5)])
    assert answers(tasks.buy_again(*parts_of(dataset), TERMS), dataset) == {"a": {"milk"}}


def test_truth_adds_up_what_was_paid_and_earned() -> None:
    bought = [*START, Bought("a", "jam", 199.5, price=4.0, quantity=3), Bought("a", "tea", 199.5)]
    dataset = toy(bought, {"jam": Item(cost=2.5), "tea": Item(cost=1.0)})
    truth = tasks.next_order(*parts_of(dataset), TERMS).truth
    assert dataset.items.ids(truth.items.values) == ["jam", "tea"]
    assert truth.value == pytest.approx([12.0, math.nan], nan_ok=True)
    assert truth.profit == pytest.approx([4.5, math.nan], nan_ok=True)
    assert truth.only(np.array([False, True])).items.lengths.tolist() == [1]


def test_cross_sell_hides_one_item_of_every_order_of_two() -> None:
    baskets = {"a": "pqr", "b": "pq", "c": "p"}
    dataset = toy(
        [*START, *(Bought(customer, item, 199.5) for customer, items in baskets.items() for item in items)]
        + [Bought(None, item, 199.6) for item in "st"]
    )
    task = tasks.cross_sell(*parts_of(dataset), TERMS)
    seen = {}
    for query, customer in enumerate(task.batch.customers.tolist()):
        cart, hidden = (each.take(np.array([query])).values for each in (task.batch.anchors, task.truth.items))
        assert len(hidden) == 1
        assert hidden[0] not in cart
        seen[dataset.customers.id(customer) if customer >= 0 else None] = {*cart.tolist(), *hidden.tolist()}
    assert {
        customer: "".join(sorted(dataset.items.ids(np.array(list(items))))) for customer, items in seen.items()
    } == {
        "a": "pqr",
        "b": "pq",
        None: "st",
    }
    assert np.array_equal(task.batch.exclude.values, task.batch.anchors.values)


def test_cross_sell_has_no_question_without_orders() -> None:
    dataset = toy([Bought("a", item, 0.0) for item in "pqrstuvwxyz"])
    assert len(tasks.cross_sell(*parts_of(dataset), TERMS)) == 0


YOGHURTS = {
    name: Item("Food > Yoghurt", price)
    for name, price in {"cheap": 1.0, "usual": 2.0, "fine": 3.0, "best": 4.0}.items()
} | {"bread": Item("Food > Bread", 5.0)}


def trade_ups(*later: Bought, before: float = 170.5) -> dict[str, set[str]]:
    usual = [Bought("a", "cheap", before, 1.0), Bought("a", "usual", before, 2.0)]
    dataset = toy([*START, Bought("a", "best", 100.5, 4.0), *usual, *later, Bought("z", "milk", 200.5, 1.0)], YOGHURTS)
    task = tasks.up_sell(*parts_of(dataset), TERMS)
    assert set(dataset.items.ids(task.batch.anchors.values)) <= {"usual"}
    return answers(task, dataset)


def test_a_trade_up_is_the_dearer_item_bought_next_in_the_category() -> None:
    assert trade_ups(Bought("a", "bread", 180.5, 5.0), Bought("a", "fine", 181.5, 3.0)) == {"a": {"fine"}}


def test_a_trade_up_may_be_several_items_of_one_order() -> None:
    together = [Bought("a", item, 181.5, price) for item, price in {"fine": 3.0, "best": 4.0, "cheap": 1.0}.items()]
    assert trade_ups(*together) == {"a": {"fine", "best"}}


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        ([Bought("a", "cheap", 180.5, 1.0), Bought("a", "fine", 181.5, 3.0)], "the next order was no dearer"),
        ([Bought("a", "usual", 180.5, 2.5)], "the same item again"),
        ([Bought("a", "bread", 180.5, 5.0)], "another category"),
        ([Bought("z", "fine", 180.5, 3.0)], "another customer"),
        ([Bought(None, "fine", 180.5, 3.0)], "a guest"),
        ([Bought("a", "fine", 180.5, 2.0)], "no dearer on that day"),
    ],
)
def test_no_trade_up(later: list[Bought], reason: str) -> None:
    assert trade_ups(*later) == {}, reason


def test_a_trade_up_comes_within_56_days() -> None:
    assert trade_ups(Bought("a", "fine", 180.5, 3.0), before=124.5) == {"a": {"fine"}}
    assert trade_ups(Bought("a", "fine", 180.6, 3.0), before=124.5) == {}


def test_a_line_without_a_price_has_that_of_the_catalogue() -> None:
    assert trade_ups(Bought("a", "fine", 180.5)) == {"a": {"fine"}}


def test_no_task_asks_more_than_it_may() -> None:
    dataset = toy([*START, *(Bought(f"c{number}", item, 199.5) for number in range(30) for item in "pq")])
    parts, facts = parts_of(dataset)
    for build in (tasks.next_order, tasks.cross_sell):
        task = build(parts, facts, Terms(max_queries=7, seed=1))
        assert len(task) == 7
        assert len(task.truth.items) == 7
        assert np.array_equal(task.batch.customers, build(parts, facts, Terms(max_queries=7, seed=1)).batch.customers)


def test_guests_are_drawn_one_by_one() -> None:
    dataset = toy([*START, *(Bought(None, item, 199.5 + number / 100) for number in range(3) for item in "pq")])
    task = tasks.cross_sell(*parts_of(dataset), TERMS)
    assert len(set(task.customers.tolist())) == len(task) == 3


def test_a_shop_of_guests_alone_asks_for_carts_alone() -> None:
    dataset = toy([Bought(None, item, day + 0.5) for day in range(100) for item in "pq"])
    asked = {task.name: len(task) for task in tasks.all_tasks(*parts_of(dataset), TERMS)}
    assert asked == {"next_order": 0, "discovery": 0, "buy_again": 0, "cross_sell": 25, "up_sell": 0}


@given(st.lists(st.lists(st.integers(0, 5), unique=True, max_size=4), min_size=1, max_size=5), st.data())
def test_truth_can_be_taken_apart_and_put_in_another_order(lists: list[list[int]], data: st.DataObject) -> None:
    truth = tasks.Truth(Ragged.from_lists(lists), np.arange(sum(map(len, lists))) * 1.0, np.zeros(sum(map(len, lists))))
    chosen = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=5))
    taken = truth.take(np.array(chosen, np.int64))
    assert [each.tolist() for each in np.split(taken.items.values, taken.items.indptr[1:-1])][: len(chosen)] == [
        lists[query] for query in chosen
    ]
    assert all(
        truth.items.values[int(value)] == item for value, item in zip(taken.value, taken.items.values, strict=True)
    )
