from __future__ import annotations

import numpy as np
import pytest

from models.batch import Batch
from models.methods.basket import Basket as Answering
from models.ragged import Ragged
from tests.engines import learned
from training.dataset import Dataset
from training.methods.basket import OWN_WEIGHTS, Basket
from training.methods.habits import FADING, habits


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
    """Staples are planted, so habits must help; without repeats they cannot."""
    assert Basket().fit(learned("grocery").dataset).own_weight_ in OWN_WEIGHTS[1:]
    assert Basket().fit(learned("books").dataset).own_weight_ == 0.0
