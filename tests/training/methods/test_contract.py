"""One contract over both halves of every method, found by reflection."""

from __future__ import annotations

import inspect
import io
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import models.methods
import training.methods
from models.batch import Batch
from models.methods import METHOD_NAMES, METHOD_NUMBER, METHODS, RECENTLY_VIEWED, Method
from models.methods.base import PIN
from models.model import Model
from models.placements import MethodName
from models.ragged import Ragged
from models.reasons import Code
from models.slots import empty_slots
from tests.engines import learned
from tests.shops import PRESETS, Plan, make_shop
from training.dataset import Dataset
from training.learning import draft, shop_arrays
from training.methods import LEARNERS, Learned
from training.methods.popularity import Popularity

NAMES = sorted(LEARNERS)
every_method = pytest.mark.parametrize("name", NAMES)
every_shop = pytest.mark.parametrize("preset", sorted(PRESETS))


def learn(name: str, dataset: Dataset) -> Learned:
    return LEARNERS[name]().fit(dataset).arrays()


def answering(name: str, dataset: Dataset, arrays: Learned | None = None) -> tuple[Method, Model]:
    """The method over the given shop; popularity is beside it as in every bundle."""
    own = learn(name, dataset) if arrays is None else arrays
    both = {name: own, "popularity": own if name == "popularity" else Popularity().fit(dataset).arrays()}
    parts = {f"methods/{method}/{part}": array for method in both for part, array in both[method].items()}
    model = draft(shop_arrays(dataset) | parts, dataset)
    return model.methods[name], model


@cache
def ready(preset: str, name: str) -> tuple[Method, Model]:
    return answering(name, learned(preset).dataset)


def batch_of(model: Model, size: int, seed: int = 0) -> Batch:
    """Known and unknown customers, some with anchors, some with items just viewed, some with neither."""
    generator = np.random.default_rng(seed)
    leads = np.unique(model.shop.catalogue.leads(np.arange(model.shop.n_items, dtype=np.int32)))

    def some(most: int) -> Ragged:
        sizes = generator.integers(0, min(most, len(leads)) + 1, size)
        return Ragged.from_lists([generator.permutation(leads)[:count].tolist() for count in sizes])

    customers = generator.integers(-1, model.shop.n_customers, size).astype(np.int32)
    elapsed = generator.uniform(-5, 400, size).astype(np.float32)
    return Batch(customers, some(3), some(3), Ragged.empty(size), elapsed)


def alone(batch: Batch, query: int) -> Batch:
    row = np.array([query])
    return Batch(
        batch.customers[row],
        batch.anchors.take(row),
        batch.recent.take(row),
        batch.exclude.take(row),
        batch.elapsed[row],
    )


def test_every_method_has_two_halves_of_one_name() -> None:
    assert {method.name for method in METHODS} == set(LEARNERS)
    assert {*LEARNERS, RECENTLY_VIEWED, PIN} == set(METHOD_NAMES)
    assert set(get_args(MethodName)) == set(LEARNERS)
    for package in (models.methods, training.methods):
        folder = Path(package.__path__[0])
        assert [name for name in NAMES if not (folder / f"{name}.py").is_file()] == []


@every_method
def test_init_only_stores_settings(name: str) -> None:
    learner = LEARNERS[name]()
    settings = {key: field.default for key, field in inspect.signature(LEARNERS[name]).parameters.items()}
    assert vars(learner) == settings


@every_shop
@every_method
def test_arrays_are_plain(preset: str, name: str) -> None:
    """What a bundle can hold: no objects, and the same after a trip through a file."""
    for part, array in learn(name, learned(preset).dataset).items():
        assert array.dtype.kind in "biufV", part
        file = io.BytesIO()
        np.save(file, array, allow_pickle=False)
        again = np.load(io.BytesIO(file.getvalue()))
        assert _bytes({part: again}) == _bytes({part: array})


@every_shop
@every_method
@pytest.mark.parametrize("depth", [1, 7, 1_000])
def test_candidates_are_distinct_leads_with_descending_finite_scores(preset: str, name: str, depth: int) -> None:
    method, model = ready(preset, name)
    slots = method.candidates(batch_of(model, 60), depth)
    assert slots.shape[0] == 60
    assert slots.shape[1] <= depth
    for row in slots:
        count = int((row["item"] >= 0).sum())
        items, scores = row["item"][:count], row["score"][:count]
        assert (row["item"][count:] == -1).all()
        assert len(np.unique(items)) == count
        np.testing.assert_array_equal(model.shop.catalogue.leads(items), items)
        assert np.isfinite(scores).all()
        assert (np.diff(scores) <= 0).all()


@every_shop
@every_method
def test_a_batch_is_its_queries_one_by_one(preset: str, name: str) -> None:
    method, model = ready(preset, name)
    batch = batch_of(model, 12, seed=1)
    together = method.candidates(batch, 50)
    explained = together.copy()
    method.explain(batch, explained, _own(name, explained))
    for query in range(len(batch)):
        one = alone(batch, query)
        slots = method.candidates(one, 50).copy()
        method.explain(one, slots, _own(name, slots))
        filled = slots[0]["item"] >= 0
        np.testing.assert_array_equal(explained[query][explained[query]["item"] >= 0], slots[0][filled])


@every_shop
@every_method
def test_nobody_asking_about_nothing_gets_what_is_not_personal(preset: str, name: str) -> None:
    method, _ = ready(preset, name)
    slots = method.candidates(Batch.of_customers(np.array([-1, -1], np.int32)), 10)
    assert (slots["item"] >= 0).any() == (name == "popularity")


@every_shop
@every_method
def test_explaining_gives_a_code_to_the_chosen_slots_and_leaves_the_others(preset: str, name: str) -> None:
    method, model = ready(preset, name)
    batch = batch_of(model, 30, seed=2)
    before = method.candidates(batch, 20).copy()
    after = before.copy()
    chosen = _own(name, before) & (np.arange(before.shape[1]) % 2 == 0)
    method.explain(batch, after, chosen)
    np.testing.assert_array_equal(after[~chosen], before[~chosen])
    assert (after["code"][chosen] != Code.NONE).all()
    for field in ("item", "score", "method"):
        np.testing.assert_array_equal(after[field], before[field])


@every_method
def test_the_same_data_learns_the_same_bytes(name: str) -> None:
    dataset = learned("grocery").dataset
    assert _bytes(learn(name, dataset)) == _bytes(learn(name, dataset))


@every_method
def test_fit_forgets_the_past(name: str) -> None:
    learner = LEARNERS[name]()
    learner.fit(learned("sequence").dataset)
    again = learner.fit(learned("tiny").dataset).arrays()
    assert _bytes(again) == _bytes(learn(name, learned("tiny").dataset))


@every_method
def test_a_shop_without_order_lines_learns_and_answers(name: str) -> None:
    for preset in ("tiny", "no_catalogue", "variants", "sequence"):
        empty = learned(preset).dataset.until(-1e6)
        method, model = answering(name, empty)
        slots = method.candidates(batch_of(model, 10), 5)
        assert np.isfinite(slots["score"][slots["item"] >= 0]).all()


@every_method
def test_one_customer_and_one_item_learn_and_answer(name: str) -> None:
    shop = make_shop(Plan(customers=1, types=1, orders=1, days=3, catalogue=False, guests=False))
    dataset = type(shop)(shop.order_lines.head(1)).dataset
    assert (dataset.n_customers, dataset.n_items) == (1, 1)
    method, model = answering(name, dataset)
    for customer in (0, -1):
        slots = method.candidates(Batch.of_customers(np.array([customer], np.int32)), 5)
        assert set(slots["item"].ravel().tolist()) <= {-1, 0}
    assert model.shop.n_items == 1


def _own(name: str, slots: np.ndarray) -> np.ndarray:
    """The slots that the method itself must explain."""
    mine = (slots["item"] >= 0) & (slots["method"] == METHOD_NUMBER[name]) & (slots["code"] == Code.NONE)
    assert mine.shape == empty_slots(*slots.shape).shape
    return mine


def _bytes(arrays: Learned) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    return {part: (array.dtype.str, array.shape, array.tobytes()) for part, array in arrays.items()}
