from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.batch import Batch
from models.cut import cut
from models.methods import METHOD_NUMBER
from models.methods.basket import LEAST_ASSOCIATION
from models.methods.basket import Basket as Answering
from models.ragged import Ragged
from tests.engines import learned
from training.dataset import Dataset
from training.methods import Learned
from training.methods import basket as module
from training.methods.basket import HABITS, OWN_WEIGHTS, Basket, _last_baskets
from training.methods.habits import FADING, habits
from training.methods.ridge import Ridge
from training.methods.usual import LINKS, OWN, lessons, usual
from training.sparse import keep_largest


def orders_of(dataset: Dataset) -> list[set[int]]:
    held: dict[int, set[int]] = {}
    for order, item in zip(dataset.lines.order.tolist(), dataset.lines.item.tolist(), strict=True):
        held.setdefault(order, set()).add(item)
    return list(held.values())


@pytest.mark.parametrize("preset", ["grocery", "variants", "untimed", "tiny"])
def test_complements_are_the_best_shrunk_asymmetric_cosines_with_exact_counts(preset: str) -> None:
    dataset = learned(preset).dataset
    learner = Basket(alpha=0.3, shrinkage=5.0, damping=0.5, neighbours=10, own_weight=0.0).fit(dataset)
    found, orders = learner.arrays(), orders_of(dataset)
    several = [order for order in orders if len(order) > 1]
    weight = {item: sum(len(order) ** -0.5 for order in several if item in order) for item in range(dataset.n_items)}
    for anchor in range(dataset.n_items):
        having = [order for order in orders if anchor in order]
        together = {item: sum(item in order for order in having) for order in having for item in order - {anchor}}
        score = {
            item: sum(len(order) ** -0.5 for order in having if item in order)
            / (weight[anchor] ** 0.7 * weight[item] ** 0.3 + 5.0)
            for item in together
        }
        kept = [item for item in found["items"][anchor].tolist() if item >= 0]
        assert found["orders"][anchor][: len(kept)].tolist() == [together[item] for item in kept]
        assert found["scores"][anchor][: len(kept)].tolist() == pytest.approx([score[item] for item in kept], rel=1e-4)
        assert [score[item] for item in kept] == pytest.approx(sorted(score.values(), reverse=True)[:10], rel=1e-4)


def test_a_habit_is_the_share_of_own_orders_the_late_ones_counting_most() -> None:
    dataset = learned("grocery").dataset
    lines, found = dataset.lines, habits(dataset).toarray()
    for customer in range(0, dataset.n_customers, 7):
        own = lines.select(lines.customer == customer)
        orders = sorted(set(own.order.tolist()))
        expected = np.zeros(dataset.n_items)
        for later, order in enumerate(reversed(orders)):
            for item in set(own.item[own.order == order].tolist()):
                expected[item] += FADING**later / len(orders)
        np.testing.assert_allclose(found[customer], expected, rtol=1e-5, atol=1e-7)


def test_a_basket_is_completed_by_associations_and_habits_together() -> None:
    dataset = learned("grocery").dataset
    arrays = Basket(own_weight=0.5).fit(dataset).arrays()
    anchors, customer = [3, 11], 4
    together = dict.fromkeys(range(dataset.n_items), 0.0)
    for anchor in anchors:
        for item, score in zip(arrays["items"][anchor].tolist(), arrays["scores"][anchor].tolist(), strict=True):
            if item >= 0:
                together[item] += score
    for item, habit in enumerate(habits(dataset).toarray()[customer]):
        together[item] += 0.5 * habit
    batch = Batch.of_anchors(Ragged.from_lists([anchors]), np.array([customer], np.int32))
    slots = Answering(arrays).candidates(batch, 1_000)[0]
    filled = slots[slots["item"] >= 0]
    expected = {item: score for item, score in together.items() if score}
    assert dict(zip(filled["item"].tolist(), filled["score"].tolist(), strict=True)) == pytest.approx(
        expected, rel=1e-4
    )


def test_the_weight_of_habits_is_chosen_by_the_last_baskets() -> None:
    """Staples are planted, so habits must help; without repeats they cannot. Neither has baskets enough for more."""
    for preset, helps in (("grocery", True), ("books", False)):
        dataset = learned(preset).dataset
        arrays = Basket().fit(dataset).arrays()
        assert not len(arrays["link_weights"])
        assert (arrays["own_scores"].max(initial=0.0) > 0) == helps
        if helps:
            largest = keep_largest(habits(dataset), HABITS).data.max()
            weight = arrays["own_scores"].max() / largest
            assert any(weight == pytest.approx(tried, rel=1e-4) for tried in OWN_WEIGHTS[1:])


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> Basket:
    """Of a small shop whose baskets are declared enough, by a draw of hidden items under which they prove it."""
    monkeypatch.setattr(module, "ENOUGH_BASKETS", 10)
    return Basket(seed=1).fit(learned("grocery").dataset)


def test_what_baskets_taught_is_not_used_where_it_finds_less_than_habits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENOUGH_BASKETS", 10)
    arrays = Basket(seed=0).fit(learned("grocery").dataset).arrays()
    assert not len(arrays["link_weights"])
    assert "ridge" not in arrays


def said(arrays: Learned, given: list[tuple[float, float]]) -> float:
    """What links say of an item, written down; `given`: its cosine and its ridge with each anchor that has it."""
    total = 0.0
    for kind in (0, 1):
        values, weights = [pair[kind] for pair in given], arrays["link_weights"][3 * kind : 3 * kind + 3].tolist()
        if sum(values) > 0:
            logs = np.log1p(sum(values) / LEAST_ASSOCIATION), np.log1p(max(values) / LEAST_ASSOCIATION)
            total += weights[0] * logs[0] + weights[1] * logs[1] + weights[2]
    return total


def test_enough_baskets_weigh_links_habits_and_items(taught: Basket) -> None:
    """A query answered as written down: both kinds of links, the own purchase, the item; and the reason given."""
    arrays, anchors, customer = taught.arrays(), [3, 11], 4
    assert len(arrays["link_weights"]) == LINKS
    own = csr_matrix(
        (arrays["own_scores"], arrays["own_items"], arrays["own_indptr"]),
        shape=(learned("grocery").dataset.n_customers, len(arrays["items"])),
    ).toarray()[customer]
    linked, expected, reason = {}, {}, {}
    for item in range(len(arrays["items"])):
        given = {
            anchor: (float(arrays["scores"][anchor, place]), float(arrays["ridge"][anchor, place]))
            for anchor in anchors
            for place in np.flatnonzero(arrays["items"][anchor] == item).tolist()
        }
        if given:
            linked[item] = said(arrays, list(given.values()))
            reason[item] = max(given, key=lambda anchor: said(arrays, [given[anchor]]))
        if given or own[item]:
            expected[item] = linked.get(item, 0.0) + float(own[item] + arrays["item_scores"][item])
    batch = Batch.of_anchors(Ragged.from_lists([anchors]), np.array([customer], np.int32))
    slots = Answering(arrays).candidates(batch, 1_000)[0]
    filled = slots[slots["item"] >= 0]
    assert dict(zip(filled["item"].tolist(), filled["score"].tolist(), strict=True)) == pytest.approx(
        expected, rel=1e-3, abs=1e-4
    )
    assert (np.diff(filled["score"]) <= 0).all()
    together = filled[filled["method"] == METHOD_NUMBER["basket"]]
    assert len(set(together["evidence"].tolist())) == len(anchors)
    for slot in filled:
        by_links = linked.get(int(slot["item"]), -np.inf) >= own[slot["item"]]
        assert slot["method"] == METHOD_NUMBER["basket" if by_links else "repurchase"]
        assert not by_links or slot["evidence"] == reason[int(slot["item"])]


def test_a_pair_is_worth_what_a_ridge_regression_says_of_it_beside_the_rest_of_an_order(taught: Basket) -> None:
    dataset, arrays = learned("grocery").dataset, taught.arrays()
    orders = csr_matrix(
        np.array([[item in order for item in range(dataset.n_items)] for order in orders_of(dataset) if len(order) > 1])
    )
    lists = Ridge(**module.RIDGE).learn(orders.astype(np.float32))
    assert (lists.scores < 0).any()
    for anchor, (items, worth) in enumerate(zip(arrays["items"], arrays["ridge"], strict=True)):
        for item, found in zip(items.tolist(), worth.tolist(), strict=True):
            place = np.flatnonzero(lists.items[item] == anchor) if item >= 0 else []
            expected = max(0.0, float(lists.scores[item, place[0]])) if len(place) else 0.0
            assert found == pytest.approx(expected, abs=1e-5)


def test_a_visitor_without_a_name_is_answered_by_links_and_items_alone(taught: Basket) -> None:
    slots = Answering(taught.arrays()).candidates(Batch.of_anchors(Ragged.from_lists([[3, 11]])), 50)[0]
    filled = slots[slots["item"] >= 0]
    assert len(filled) >= 20
    assert set(filled["method"].tolist()) == {METHOD_NUMBER["basket"]}


def test_what_baskets_taught_finds_more_of_what_is_hidden_than_links_alone(taught: Basket) -> None:
    dataset = learned("grocery").dataset
    _, batch, hidden = _last_baskets(dataset, 1)

    def found(arrays: Learned) -> int:
        slots = Answering(arrays).candidates(batch, 200)
        shown = cut(slots, (slots["item"] >= 0) & ~batch.exclude.contains(slots["item"]), 10)
        return int((shown["item"] == hidden[:, None]).any(axis=1).sum())

    assert found(taught.arrays()) > found(Basket(own_weight=0.0).fit(dataset).arrays())


def test_candidates_that_teach_are_those_that_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `lessons` scores with the weights is what the answering half scores."""
    monkeypatch.setattr(module, "ENOUGH_BASKETS", 10)
    dataset = learned("grocery").dataset
    earlier, batch, hidden = _last_baskets(dataset, 1)
    associations = Basket()._associations(earlier)
    weights = module._taught(earlier, associations, batch, hidden, 1)
    assert weights is not None
    associations |= module._ridge(earlier, associations)
    found = lessons(earlier, associations, batch, hidden)
    scores = dict(
        zip(zip(found.query.tolist(), found.item.tolist(), strict=True), found.features @ weights, strict=True)
    )
    slots = Answering(associations | usual(earlier, weights).arrays()).candidates(batch, 1_000)
    shown = (slots["item"] >= 0) & ~batch.exclude.contains(slots["item"])
    reached = set(found.query.tolist())
    assert 0 < len(reached) < len(batch)
    for row, place in zip(*np.nonzero(shown), strict=True):
        if row not in reached:
            continue
        lesson = (found.query == row) & (found.item == slots["item"][row, place])
        if found.features[lesson][0][LINKS : LINKS + OWN] @ weights[LINKS : LINKS + OWN] >= 0:
            expected = scores[row, int(slots["item"][row, place])]
            assert slots["score"][row, place] == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_a_sample_of_what_was_not_chosen_teaches_beside_all_that_was() -> None:
    dataset = learned("grocery").dataset
    earlier, batch, hidden = _last_baskets(dataset, 0)
    associations = Basket()._associations(earlier)
    associations |= module._ridge(earlier, associations)
    whole = lessons(earlier, associations, batch, hidden)
    sample = lessons(earlier, associations, batch, hidden, share=0.1)
    assert sample.query[sample.chosen].tolist() == whole.query[whole.chosen].tolist()
    assert 0.05 < (~sample.chosen).sum() / (~whole.chosen).sum() < 0.15
