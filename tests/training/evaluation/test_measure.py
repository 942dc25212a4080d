"""Measures: every figure of hand-written slates, slices included."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.evaluation.toys import Bought, Item, toy
from training.dataset import Dataset
from training.evaluation.facts import Facts
from training.evaluation.measure import measure
from training.evaluation.slices import Slice, all_slices
from training.evaluation.split import Split, split
from training.evaluation.tasks import Task, Terms, next_order, up_sell
from training.evaluation.trade_up import price_steps, random_dearer

NAN = float("nan")
ITEMS = {
    "milk": Item("Food > Dairy", 1.0, 0.5),
    "jam": Item("Food > Spread", 4.0, 3.0),
    "soap": Item("Home", 2.0, 1.0),
    "rare": Item("Food > Spread", 8.0),
}
BEFORE = [Bought(f"c{number}", "milk", 0.5 + number / 10) for number in range(6)] + [Bought("c0", "soap", 90.5)]
AFTER = [
    Bought("c0", "milk", 190.5, price=1.0, quantity=2),
    Bought("c0", "jam", 190.5, price=4.0),
    Bought("c1", "rare", 190.5, price=8.0),
    Bought("new", "milk", 199.5, price=1.0),
]


@pytest.fixture
def asked() -> tuple[Task, Facts, Dataset]:
    dataset = toy([*BEFORE, *AFTER], ITEMS)
    parts = split(dataset)
    facts = Facts.of(parts.train)
    return next_order(parts, facts, Terms(cutoff=2)), facts, dataset


def slates(dataset: Dataset, *names: str) -> np.ndarray:
    """One slate a query: items by name, in order, padded to four places."""
    rows = [[dataset.items.row(name, missing=-1) for name in slate.split()] for slate in names]
    return np.array([row + [-1] * (4 - len(row)) for row in rows], np.int32)


def test_figures_of_a_task(asked: tuple[Task, Facts, Dataset]) -> None:
    task, facts, dataset = asked  # c0 wants milk and jam, c1 rare, new milk
    shown = slates(dataset, "milk soap jam", "soap milk rare", "jam")
    found = measure(task, shown, facts, [])

    def surprise(item: str) -> float:
        buyers = len({each.customer for each in BEFORE if each.item == item})
        return float(np.log2((dataset.n_customers + 1) / (buyers + 1)))

    expected = {
        "recall@2": [0.5, 0, 0],
        "recall@4": [1, 1, 0],
        "hit@2": [1, 0, 0],
        "precision@2": [0.5, 0, 0],
        "mrr@2": [1, 0, 0],
        "ndcg_whole@2": [1 / (1 + 1 / np.log2(3)), 0, 0],
        "repeat_recall@2": [1, NAN, NAN],
        "explore_recall@2": [0, 0, 0],
        "cold_recall@2": [0, 0, NAN],
        "revenue@2": [2, 0, 0],
        "revenue_share@2": [1 / 3, 0, 0],
        "profit@2": [1, 0, 0],
        "mean_price@2": [1.5, 1.5, 4],
        "diversity@2": [1, 1, NAN],
        "novelty@2": [(surprise("milk") + surprise("soap")) / 2] * 2 + [surprise("jam")],
    }
    assert found.rows.keys() == expected.keys()
    for name, rows in expected.items():
        assert found.rows[name] == pytest.approx(rows, nan_ok=True), name
    assert found.totals == {"coverage@2": 3 / 4, "gini@2": pytest.approx(0.35)}


def test_figures_that_the_shop_cannot_know_are_left_out() -> None:
    dataset = toy([*(each._replace(price=NAN) for each in (*BEFORE, *AFTER))])
    parts = split(dataset)
    facts = Facts.of(parts.train)
    task = next_order(parts, facts, Terms(cutoff=2))
    found = measure(task, np.zeros((len(task), 4), np.int32), facts, [])
    assert not {"revenue@2", "revenue_share@2", "profit@2", "mean_price@2", "diversity@2"} & found.rows.keys()


def test_slices_of_customers_and_items(asked: tuple[Task, Facts, Dataset]) -> None:
    task, facts, dataset = asked
    found = {part.name: part for part in all_slices(task, facts, dataset.catalogue(), smallest=1)}
    assert list(found) == [
        "new customers",
        "light customers (1 to 1 orders)",
        "heavy customers (2 orders or more)",
        "cold items",
        "category Food",
    ]
    assert [part.queries.tolist() for part in found.values()][:3] == [
        [False, False, True],
        [False, True, False],
        [True, False, False],
    ]
    shown = slates(dataset, "jam milk", "rare", "milk")
    measured = measure(task, shown, facts, list(found.values())).slices
    ideal = 1 + 1 / np.log2(3)
    assert measured["heavy customers (2 orders or more)"] == pytest.approx([1, NAN, NAN], nan_ok=True)
    assert measured["cold items"] == pytest.approx([1, 1, NAN], nan_ok=True)
    assert measured["category Food"] == pytest.approx([ideal / ideal, 1, 1])


def test_small_slices_are_left_out(asked: tuple[Task, Facts, Dataset]) -> None:
    task, facts, dataset = asked
    names = [part.name for part in all_slices(task, facts, dataset.catalogue(), smallest=2)]
    assert names == ["cold items", "category Food"]


def test_a_slice_counts_customers_who_have_something_to_find(asked: tuple[Task, Facts, Dataset]) -> None:
    task, facts, dataset = asked
    nobody = Slice("nobody", np.zeros(len(task), np.bool_))
    rows = measure(task, slates(dataset, "milk", "milk", "milk"), facts, [nobody]).slices["nobody"]
    assert np.isnan(rows).all()


def up_sell_task() -> tuple[Task, Facts, Split]:
    prices = {f"y{number}": Item("Yoghurt", float(number)) for number in range(1, 10)} | {"tea": Item("Tea", 99.0)}
    bought = [Bought("z", "tea", 0.5), Bought("a", "y3", 180.5, 3.0), Bought("b", "y9", 180.5, 9.0)]
    later = [Bought("a", "y5", 190.5, 5.0), Bought("a", "y2", 190.5, 3.5), Bought("b", "y8", 190.5, 9.5)]
    parts = split(toy([*bought, *later, Bought("z", "tea", 200.5)], prices), test_days=15)
    facts = Facts.of(parts.train)
    return up_sell(parts, facts, Terms()), facts, parts


def test_random_dearer_items_hit_as_often_as_drawn_ones_do() -> None:
    task, facts, _ = up_sell_task()
    found = random_dearer(task, facts).rows
    generator = np.random.default_rng(1)
    pool = [4, 5, 6, 7, 8, 9]  # dearer than y3; y5 alone is wanted among them, since y2 was dear only that day
    drawn = np.array([5 in generator.choice(pool, 5, replace=False) for _ in range(20_000)])
    assert found["hit@5"] == pytest.approx([drawn.mean(), 0.0], abs=0.01)
    assert found["precision@5"] == pytest.approx([(5 / 6) / 5, 0.0])


def test_a_pool_of_fewer_than_k_is_shown_whole() -> None:
    task, facts, _ = up_sell_task()
    cheaper = Facts(**{name: getattr(facts, name) for name in Facts.__slots__} | {"sellable": facts.price <= 6})
    found = random_dearer(task, cheaper).rows
    assert found["hit@5"] == pytest.approx([1.0, 0.0])
    assert found["precision@5"] == pytest.approx([1 / 5, 0.0])


def test_price_steps_are_relative_to_the_anchor() -> None:
    task, facts, parts = up_sell_task()
    row = parts.train.items.row
    shown = np.array([[row("y6", missing=-1), row("y9", missing=-1), -1], [-1, -1, -1]], np.int32)
    assert price_steps(task, shown, facts) == pytest.approx([2.5, NAN], nan_ok=True)
