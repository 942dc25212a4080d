from __future__ import annotations

import numpy as np

from models.batch import Batch
from models.methods import METHOD_NUMBER, ItemKNN
from models.ragged import Ragged
from models.ranker import LEAST, Ranker
from models.reasons import Code
from models.slots import Slots
from tests.engines import learned
from tests.training.methods.test_contract import alone, batch_of


def ready() -> tuple[Ranker, Slots, ItemKNN]:
    known = learned("grocery")
    knn = known.model.methods["item_knn"]
    assert isinstance(knn, ItemKNN)
    rows = known.arrays["ranked/for_you"]
    return Ranker(rows, known.model.methods), rows, knn


def batch(customers: list[int], recent: list[list[int]]) -> Batch:
    none = Ragged.empty(len(customers))
    return Batch(
        np.array(customers, np.int32), none, Ragged.from_lists(recent), none, np.zeros(len(customers), np.float32)
    )


def test_who_viewed_nothing_gets_the_list_ranked_in_training_as_it_is() -> None:
    ranker, rows, _ = ready()
    np.testing.assert_array_equal(ranker.candidates(batch([3, 0], [[], []]), 20), rows[[3, 0], :20])
    mixed = ranker.candidates(batch([3, 0], [[], [5]]), 20)
    np.testing.assert_array_equal(mixed[0, :20], rows[3, :20])
    assert (mixed[0, 20:]["item"] == -1).all()


def test_strangers_have_no_list() -> None:
    ranker, _, _ = ready()
    assert not (ranker.candidates(batch([-1, 2], [[], []]), 20)[0]["item"] >= 0).any()
    assert Ranker(None, {}).candidates(batch([1], [[]]), 20).shape == (1, 0)


def test_a_stranger_who_viewed_something_gets_its_neighbours() -> None:
    ranker, _, knn = ready()
    found = ranker.candidates(batch([-1], [[5]]), 10)[0]
    expected = knn.of_recent(batch([-1], [[5]]), 10)[0]
    assert found["item"].tolist() == expected["item"].tolist()
    assert set(found["code"][found["item"] >= 0].tolist()) == {Code.BECAUSE_YOU_VIEWED}


def test_habit_and_session_are_scaled_and_summed() -> None:
    ranker, rows, knn = ready()
    asked = batch([3], [[5, 9]])
    total: dict[int, float] = {}
    for slots in (rows[3, :20], knn.of_recent(asked, 20)[0]):
        filled = slots[slots["item"] >= 0]
        scores = filled["score"].astype(float)
        scaled = LEAST + (1 - LEAST) * (scores - scores.min()) / (scores.max() - scores.min())
        for item, part in zip(filled["item"].tolist(), scaled.tolist(), strict=True):
            total[item] = total.get(item, 0.0) + part
    found = ranker.candidates(asked, 20)[0]
    filled = found[found["item"] >= 0]
    assert set(filled["item"].tolist()) == set(total)
    np.testing.assert_allclose(filled["score"], [total[item] for item in filled["item"].tolist()], rtol=1e-5)
    assert (np.diff(filled["score"]) <= 0).all()


def test_an_item_viewed_that_has_no_neighbours_changes_no_order() -> None:
    known = learned("grocery")
    ranker, rows, knn = ready()
    lone = int(np.flatnonzero((knn.neighbours.items < 0).all(axis=1))[0])
    found = ranker.candidates(batch([3], [[lone]]), 20)[0]
    assert found["item"][found["item"] >= 0].tolist() == [i for i in rows[3, :20]["item"].tolist() if i >= 0]
    assert known.model.methods["item_knn"].name == "item_knn"


def test_a_batch_is_its_queries_one_by_one() -> None:
    ranker, _, _ = ready()
    asked = batch_of(learned("grocery").model, 20, seed=5)
    together = ranker.candidates(asked, 30)
    for query in range(20):
        one = ranker.candidates(alone(asked, query), 30)[0]
        np.testing.assert_array_equal(together[query][together[query]["item"] >= 0], one[one["item"] >= 0])


def test_methods_of_the_list_are_named() -> None:
    _, rows, _ = ready()
    assert set(np.unique(rows["method"]).tolist()) <= set(METHOD_NUMBER.values())
