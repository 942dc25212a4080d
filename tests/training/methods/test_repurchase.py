from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.methods.repurchase import now_features
from tests.engines import learned
from training.methods.own_frequency import OwnFrequency
from training.methods.pairs import purchase_pairs, usual_intervals
from training.methods.repurchase import Repurchase


@pytest.mark.parametrize("preset", ["books", "tiny"])
def test_where_too_little_is_bought_again_own_frequency_ranks(preset: str) -> None:
    dataset = learned(preset).dataset
    found, counted = Repurchase().fit(dataset).arrays(), OwnFrequency().fit(dataset).arrays()
    assert found["items"].tolist() == counted["items"].tolist()
    np.testing.assert_allclose(np.exp(found["owned"]["base"]), counted["scores"], rtol=1e-5)
    assert not found["weights"].any()


@pytest.mark.parametrize("preset", ["grocery", "sequence", "tiny"])
def test_what_the_reasons_tell_is_stored_beside_each_item(preset: str) -> None:
    dataset = learned(preset).dataset
    pairs = purchase_pairs(dataset, 60.0)
    owned = Repurchase().fit(dataset).arrays()["owned"]
    np.testing.assert_array_equal(owned["count"], pairs.count)
    np.testing.assert_allclose(owned["age"], dataset.reference - pairs.last, atol=1e-3)
    np.testing.assert_allclose(owned["interval"], usual_intervals(pairs, dataset.n_items), rtol=1e-5)
    regular = pairs.count > 2
    np.testing.assert_allclose(owned["gap"][regular], pairs.gaps[regular] / (pairs.count[regular] - 1), rtol=1e-5)
    assert np.isnan(owned["gap"][~regular]).all()


def test_only_the_likeliest_items_of_a_customer_are_kept() -> None:
    dataset = learned("grocery").dataset
    whole, few = Repurchase().fit(dataset).arrays(), Repurchase(depth=3).fit(dataset).arrays()
    assert np.diff(few["indptr"]).max() == 3
    for customer in range(dataset.n_customers):
        own = slice(*whole["indptr"][customer : customer + 2])
        kept = few["items"][slice(*few["indptr"][customer : customer + 2])]
        assert set(kept.tolist()) <= set(whole["items"][own].tolist())
        assert kept.tolist() == sorted(kept.tolist())


def test_a_staple_is_likelier_when_due_than_just_after_it_was_bought() -> None:
    """Staples are planted at regular intervals: what was learned must tell of it."""
    dataset = learned("grocery").dataset
    learner = Repurchase().fit(dataset)
    assert learner.weights_.any()
    interval = np.full(2, 20.0)
    just_bought, due = now_features(np.array([1.0, 20.0]), interval) @ learner.weights_
    assert due > just_bought


def test_guests_have_no_habits() -> None:
    dataset = learned("grocery").dataset
    guests = replace(dataset.lines, customer=np.full(len(dataset.lines), -1, np.int32))
    assert Repurchase().fit(replace(dataset, lines=guests)).arrays()["items"].tolist() == []
