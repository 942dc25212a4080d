"""A stage: candidates from every source, a fair sample to learn from, and nothing that was not known then."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.training.next_order.diary import FIRST_DAY, small_shop
from training.dataset import Dataset
from training.next_order.histories import Histories
from training.next_order.pool import Pool
from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings
from training.next_order.snapshot import Snapshot, at_cut, before_visit, today
from training.next_order.sources import sources
from training.next_order.stage import Candidates, Stage, telling

SETTINGS = NextOrderSettings(labels="window", own=3, explore=2, popular=2)
CUT = FIRST_DAY + 60.0


def stage(purchases: Purchases, snapshot: Snapshot) -> Stage:
    return Stage.of(purchases, snapshot.taught, SETTINGS)


def at(purchases: Purchases, customers: np.ndarray, cut: float) -> Candidates:
    """The candidates of the given customers as of a cut, whether or not they come back."""
    known = purchases.visits_before(cut)
    snapshot = Snapshot(customers, np.full(len(customers), cut), known[customers], known)
    return stage(purchases, snapshot).candidates(snapshot, lesson=False)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_bought_after_a_cut_changes_its_candidates_or_features(seed: int) -> None:
    whole = small_shop(seed, customers=20)
    purchases, known = Purchases.of(whole), Purchases.of(whole.until(CUT))
    customers = np.flatnonzero(known.visits)
    now, then = at(purchases, customers, CUT), at(known, customers, CUT)
    assert now.item.tolist() == then.item.tolist()
    assert now.names == then.names
    np.testing.assert_array_equal(now.features, then.features)


def test_what_a_customer_buys_next_changes_nothing_of_a_sequence_either() -> None:
    """The last order of everybody swapped for another one."""
    whole = small_shop(2, unit="order", customers=20)
    lines = whole.lines
    last = lines.time == lines.time.max()
    lines.item[last] = (lines.item[last] + 7) % whole.n_items
    other = Purchases.of(whole)
    purchases = Purchases.of(small_shop(2, unit="order", customers=20))
    found = [
        stage(each, before_visit(each, 1)).candidates(before_visit(each, 1), lesson=False)
        for each in (purchases, other)
    ]
    assert found[0].bought.tolist() != found[1].bought.tolist()
    assert found[0].item.tolist() == found[1].item.tolist()
    np.testing.assert_array_equal(found[0].features, found[1].features)


def test_candidates_are_the_union_of_the_best_of_every_source() -> None:
    purchases = Purchases.of(small_shop(4, customers=20))
    snapshot = today(purchases)
    learned = stage(purchases, snapshot)
    asked = Histories.of(purchases, snapshot.customers, snapshot.own)
    found = sources(asked, learned.neighbours, learned.transitions, SETTINGS)
    pool = Pool.of(snapshot, found, learned.popularity, SETTINGS.popular)
    expected = set(zip(*(each.tolist() for each in learned.popularity.best(snapshot.as_of, 2)), strict=True))
    for number, source in enumerate(found):
        scores = (source.left @ source.right).toarray()
        assert pool.scores[:, number] == pytest.approx(scores[pool.row, pool.item], abs=1e-6)
        for row, values in enumerate(scores):
            best = sorted(np.flatnonzero(values), key=lambda item: (-values[item], item))[: source.keep]
            expected |= {(row, int(item)) for item in best}
    assert list(zip(pool.row.tolist(), pool.item.tolist(), strict=True)) == sorted(expected)


def test_own_items_come_first_by_number() -> None:
    purchases = Purchases.of(small_shop(4))
    learned = stage(purchases, today(purchases))
    asked = Histories.of(purchases, np.arange(12), purchases.visits)
    keep = {source.name: source.keep for source in sources(asked, learned.neighbours, learned.transitions, SETTINGS)}
    assert {name for name, number in keep.items() if number == SETTINGS.own} == {"own", "own_long"}


def lesson(dataset: Dataset) -> tuple[Candidates, Candidates]:
    """All candidates of a cut, and those that teach."""
    purchases = Purchases.of(dataset)
    snapshot = at_cut(purchases, CUT, SETTINGS)
    learned = stage(purchases, snapshot)
    return learned.candidates(snapshot, lesson=False), learned.candidates(snapshot, lesson=True)


def test_a_lesson_holds_all_that_was_bought_and_some_of_the_rest() -> None:
    whole, taught = lesson(small_shop(6, customers=40, items=30))
    useful = np.isin(whole.row, np.unique(whole.row[whole.bought]))
    assert taught.bought.sum() == whole.bought.sum()
    share = (~taught.bought).sum() / (useful & ~whole.bought).sum()
    assert share == pytest.approx(SETTINGS.negatives, abs=0.1)
    where = {pair: row for row, pair in enumerate(zip(whole.row.tolist(), whole.item.tolist(), strict=True))}
    rows = [where[pair] for pair in zip(taught.row.tolist(), taught.item.tolist(), strict=True)]
    np.testing.assert_array_equal(taught.features, whole.features[rows])


def test_queries_of_which_nothing_was_found_teach_nothing() -> None:
    pool = Pool(np.array([0, 0, 1, 1]), np.array([3, 4, 3, 4]), np.ones((4, 1), np.float32), ("own",))
    assert telling(pool, np.array([False, False, True, False]), 1.0).tolist() == [2, 3]


def test_the_same_columns_whatever_is_known_at_the_cut() -> None:
    """The first prices come later than the cut."""
    dataset = small_shop(1)
    dataset.lines.price[dataset.lines.time < CUT] = np.nan
    purchases = Purchases.of(dataset)
    snapshot = at_cut(purchases, CUT, replace(SETTINGS, labels="first"))
    early = stage(purchases, snapshot).candidates(snapshot, lesson=False)
    late = stage(purchases, today(purchases)).candidates(today(purchases), lesson=False)
    assert early.names == late.names
    assert np.isnan(early.features[:, early.names.index("price")]).all()


@pytest.mark.parametrize(
    ("options", "absent"),
    [({"prices": False}, "price"), ({"categories": False}, "category"), ({"unit": "order"}, "own_days")],
)
def test_what_a_shop_does_not_know_is_left_out(options: dict[str, object], absent: str) -> None:
    purchases = Purchases.of(small_shop(3, **options))  # type: ignore[arg-type]
    names = stage(purchases, today(purchases)).candidates(today(purchases), lesson=False).names
    assert names
    assert not [name for name in names if name.startswith(absent)]
