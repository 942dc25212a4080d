from __future__ import annotations

import numpy as np
import pytest

from bench.protocols.metrics import DEFINITIONS, metric
from models.ragged import Ragged


def test_measures_of_two_known_slates() -> None:
    shown = np.array([[5, 1, 7] + [-1] * 17, [2, 3, 4] + [-1] * 17], np.int32)
    truth = Ragged.from_lists([[1, 7], [9]])
    found = {name: metric(name)(shown, truth) for name in ("Recall@20", "NDCG-cut@20", "F1@20", "Precision@20")}
    gained, ideal = 1 / np.log2(3) + 1 / np.log2(4), 1 + 1 / np.log2(3)
    assert found["Recall@20"].tolist() == [1.0, 0.0]
    assert found["Precision@20"].tolist() == [0.1, 0.0]
    assert found["F1@20"].tolist() == pytest.approx([2 * 0.1 / 1.1, 0.0])
    assert found["NDCG-cut@20"].tolist() == pytest.approx([gained / ideal, 0.0])


def test_the_ideal_list_is_cut_or_whole_as_the_name_says() -> None:
    shown, truth = np.array([[1, 2]], np.int32), Ragged.from_lists([[1, 2, 3]])
    assert metric("NDCG-cut@2")(shown, truth).tolist() == [1.0]
    whole = sum(1 / np.log2(place + 2) for place in range(3))
    assert metric("NDCG@2")(shown, truth).tolist() == pytest.approx([(1 + 1 / np.log2(3)) / whole])


@pytest.mark.parametrize("stem", ["Hit", "PHR", "UpHit"])
def test_a_hit_is_one_wanted_item_within_the_places(stem: str) -> None:
    truth = Ragged.from_lists([[7], [7]])
    assert metric(f"{stem}@2")(np.array([[1, 7, 2], [1, 2, 7]], np.int32), truth).tolist() == [1.0, 0.0]
    assert stem in DEFINITIONS


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(KeyError):
        metric("Serendipity@10")
