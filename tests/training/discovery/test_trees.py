from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix

from models.ids import IdMap
from models.ragged import Ragged
from tests.engines import learned
from training.discovery.blend import Pool
from training.discovery.holdout import Holdout
from training.discovery.proof import gain, proven
from training.discovery.trees import Lesson, Statistics, Trees, features
from training.methods.scorer import Lists
from training.progress import Progress

CUSTOMERS, ITEMS, CANDIDATES = 1_200, 60, 25


def lesson(seed: int, *, telling: bool = True, customers: int = CUSTOMERS) -> Lesson:
    """Two scorers. Where they tell, the first is right about customers of many purchases, the second about others."""
    generator = np.random.default_rng(seed)
    items = np.sort(np.argsort(generator.random((customers, ITEMS)), axis=1)[:, :CANDIDATES], axis=1).astype(np.int32)
    items[::7, -5:] = -1
    pool = Pool(items, generator.random((customers, CANDIDATES, 2)).astype(np.float32) + 1)
    many = generator.random(customers) < 0.5
    bought = csr_matrix((np.arange(ITEMS) < np.where(many, 20, 4)[:, None]).astype(np.float32))
    right = (
        np.where(many[:, None], pool.scores[:, :, 0], pool.scores[:, :, 1])
        if telling
        else generator.random(items.shape)
    )
    best = np.where(items >= 0, right, -1).argmax(axis=1)
    truth = Ragged(np.arange(customers + 1), items[np.arange(customers), best])
    names = IdMap.build(f"{number:05d}" for number in range(customers))
    held = Holdout(replace(learned("untimed").dataset, customers=names), np.arange(customers), truth)
    blend = pool.standardised().sum(axis=2)
    seen = features([], pool, blend, bought, Statistics.of(bought))
    return Lesson(held, pool, blend, seen, held.truth.contains(items) & (items >= 0))


def test_trees_join_a_blend_where_they_foretell_better_and_say_by_how_much() -> None:
    packed, found = proven([lesson(0), lesson(1)], seed=0, threads=1, progress=Progress())
    assert found is not None
    assert 0 < found.low < found.mean < found.high
    elsewhere = gain(lesson(2), Trees(packed))
    assert elsewhere.mean() > 0.05
    assert found.low - 0.02 < elsewhere.mean() < found.high + 0.1


def test_trees_that_learned_from_chance_prove_nothing() -> None:
    packed, found = proven([lesson(0, telling=False)], seed=0, threads=1, progress=Progress())
    assert packed == b""
    assert found is not None
    assert found.low <= 0


def test_few_questions_grow_no_trees() -> None:
    assert proven([lesson(0, customers=300)], seed=0, threads=1, progress=Progress()) == (b"", None)
    assert proven([], seed=0, threads=1, progress=Progress()) == (b"", None)


def test_the_same_lessons_grow_the_same_trees_whatever_the_threads() -> None:
    everybody = [np.ones(CUSTOMERS, np.bool_)]
    once, again = (Trees.grown([lesson(0)], everybody, seed=0, threads=threads) for threads in (1, 2))
    found = lesson(3)
    for trees in (once, again, Trees(once.packed)):
        scores = trees.improved(found.pool, found.blend, found.features)
        np.testing.assert_array_equal(scores, once.improved(found.pool, found.blend, found.features))
    assert not scores[found.pool.items < 0].any()


def test_features_are_what_scorers_say_and_what_is_known_of_items_and_customers() -> None:
    lists = Lists(np.array([[1, 2], [2, 0], [0, 1]], np.int32), np.array([[4, 3], [2, 1], [5, 1]], np.float32))
    purchases = csr_matrix(np.array([[1, 1, 0], [0, 1, 0], [0, 1, 1]], np.float32))
    bought, items = purchases[:2], np.array([[2, -1], [0, 2]], np.int32)
    pool = Pool(items, lists.at(bought, items)[:, :, None])
    seen = features([lists], pool, pool.scores[:, :, 0], bought, Statistics.of(purchases))
    # One candidate alone stands nowhere; of two, one is above the mean as far as the other is below.
    assert seen[:, 0].tolist() == [0.0, 1.0, -1.0]
    assert seen[:, 2].tolist() == [0.0, 1.0, -1.0]
    np.testing.assert_allclose(seen[:, -3], np.log1p([1, 1, 1]), rtol=1e-6)
    assert seen[:, -2].tolist() == [2.0, 2.0, 2.0]
    assert seen[:, -1].tolist() == [2.0, 1.0, 1.0]
