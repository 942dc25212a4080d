from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.batch import Batch
from models.cut import cut
from models.methods.basket import LEAST_ASSOCIATION
from models.methods.basket import Basket as Answering
from models.ragged import Ragged
from tests.engines import learned
from training.dataset import Dataset
from training.methods import Learned
from training.methods import basket as module
from training.methods.basket import HABITS, OWN_WEIGHTS, Basket, _last_baskets
from training.methods.habits import FADING, habits
from training.methods.usual import LINKS, OWN, candidates, usual
from training.sparse import keep_largest


def orders_of(dataset: Dataset) -> list[set[int]]:
    held: dict[int, set[int]] = {}
    for order, item in zip(dataset.lines.order.tolist(), dataset.lines.item.tolist(), strict=True):
        held.setdefault(order, set()).add(item)
    return list(held.values())


@pytest.mark.parametrize("preset", ["grocery", "variants", "untimed", "tiny"])
def test_complements_are_the_best_shrunk_asymmetric_cosines_with_exact_counts(preset: str) -> None:
    dataset = learned(preset).dataset
    learner = Basket(alpha=0.3, shrinkage=5.0, neighbours=10, own_weight=0.0).fit(dataset)
    found, orders = learner.arrays(), orders_of(dataset)
    for anchor in range(dataset.n_items):
        having = [order for order in orders if anchor in order]
        together = {item: sum(item in order for order in having) for order in having for item in order - {anchor}}
        score = {
            item: count / (len(having) ** 0.7 * sum(item in order for order in orders) ** 0.3 + 5.0)
            for item, count in together.items()
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
    """Of a small shop whose baskets are declared enough."""
    monkeypatch.setattr(module, "ENOUGH_BASKETS", 10)
    return Basket().fit(learned("grocery").dataset)


def test_enough_baskets_weigh_links_habits_and_items(taught: Basket) -> None:
    """A query answered as written down: links of the sum and the largest, the own purchase, the item."""
    arrays, anchors, customer = taught.arrays(), [3, 11], 4
    links = arrays["link_weights"].tolist()
    assert len(links) == 3
    own = csr_matrix(
        (arrays["own_scores"], arrays["own_items"], arrays["own_indptr"]),
        shape=(learned("grocery").dataset.n_customers, len(arrays["items"])),
    ).toarray()[customer]
    expected = {}
    for item in range(len(arrays["items"])):
        given = [
            float(score)
            for anchor in anchors
            for other, score in zip(arrays["items"][anchor], arrays["scores"][anchor], strict=True)
            if other == item
        ]
        if not given and not own[item]:
            continue
        expected[item] = float(own[item] + arrays["item_scores"][item])
        if given:
            total, most = np.log1p(sum(given) / LEAST_ASSOCIATION), np.log1p(max(given) / LEAST_ASSOCIATION)
            expected[item] += links[0] * total + links[1] * most + links[2]
    batch = Batch.of_anchors(Ragged.from_lists([anchors]), np.array([customer], np.int32))
    slots = Answering(arrays).candidates(batch, 1_000)[0]
    filled = slots[slots["item"] >= 0]
    assert dict(zip(filled["item"].tolist(), filled["score"].tolist(), strict=True)) == pytest.approx(
        expected, rel=1e-3, abs=1e-4
    )
    assert (np.diff(filled["score"]) <= 0).all()


def test_what_baskets_taught_finds_more_of_what_is_hidden_than_links_alone(taught: Basket) -> None:
    dataset = learned("grocery").dataset
    _, batch, hidden = _last_baskets(dataset, 1)

    def found(arrays: Learned) -> int:
        slots = Answering(arrays).candidates(batch, 200)
        shown = cut(slots, (slots["item"] >= 0) & ~batch.exclude.contains(slots["item"]), 10)
        return int((shown["item"] == hidden[:, None]).any(axis=1).sum())

    assert found(taught.arrays()) > found(Basket(own_weight=0.0).fit(dataset).arrays())


def test_candidates_that_teach_are_those_that_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `candidates` scores with the weights is what the answering half scores."""
    monkeypatch.setattr(module, "ENOUGH_BASKETS", 10)
    dataset = learned("grocery").dataset
    earlier, batch, hidden = _last_baskets(dataset, 0)
    learner = Basket()
    associations = learner._associations(earlier)
    weights = module._taught(earlier, associations, batch, hidden, 0)
    assert weights is not None
    query, item, features = candidates(earlier, associations, batch)
    scores = dict(zip(zip(query.tolist(), item.tolist(), strict=True), features @ weights, strict=True))
    slots = Answering(associations | usual(earlier, weights).arrays()).candidates(batch, 300)
    shown = (slots["item"] >= 0) & ~batch.exclude.contains(slots["item"])
    for row, place in zip(*np.nonzero(shown), strict=True):
        own = (
            features[(query == row) & (item == slots["item"][row, place])][0][LINKS : LINKS + OWN]
            @ weights[LINKS : LINKS + OWN]
        )
        if own >= 0:
            expected = scores[row, int(slots["item"][row, place])]
            assert slots["score"][row, place] == pytest.approx(expected, rel=1e-3, abs=1e-3)
