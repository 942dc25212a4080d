from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engines import learned
from tests.shops import PRESETS
from training.methods.own_frequency import TIE_BREAK, OwnFrequency
from training.methods.pairs import purchase_pairs
from training.methods.popularity import decayed_sales


@pytest.mark.parametrize("half_life", [60.0, 1e6])
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_decayed_counts_rank_and_popularity_breaks_ties(preset: str, half_life: float) -> None:
    dataset = learned(preset).dataset
    pairs = purchase_pairs(dataset, half_life)
    popular = decayed_sales(dataset, half_life)
    expected = pairs.strength + TIE_BREAK * popular[pairs.item] / popular.max()
    found = OwnFrequency(half_life).fit(dataset).arrays()
    assert found["items"].tolist() == pairs.item.tolist()
    np.testing.assert_allclose(found["scores"], expected, rtol=1e-5)


def test_only_the_strongest_items_of_a_customer_are_kept() -> None:
    dataset = learned("grocery").dataset
    whole, few = OwnFrequency().fit(dataset).arrays(), OwnFrequency(depth=3).fit(dataset).arrays()
    assert np.diff(few["indptr"]).max() == 3
    for customer in range(dataset.n_customers):
        own = slice(*whole["indptr"][customer : customer + 2])
        kept = slice(*few["indptr"][customer : customer + 2])
        strongest = np.sort(whole["scores"][own])[::-1][: kept.stop - kept.start]
        assert np.sort(few["scores"][kept])[::-1].tolist() == strongest.tolist()


def test_guests_have_no_habits() -> None:
    dataset = learned("grocery").dataset
    guests = replace(dataset.lines, customer=np.full(len(dataset.lines), -1, np.int32))
    assert OwnFrequency().fit(replace(dataset, lines=guests)).arrays()["items"].tolist() == []
