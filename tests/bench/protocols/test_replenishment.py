from __future__ import annotations

import numpy as np
import pytest

from bench.protocols.replenishment import Drawn, Owned, auc, calibration, due_list
from training.evaluation.bootstrap import Bootstrap


def owned_of(customer: list[int], item: list[int], again: list[bool]) -> Owned:
    return Owned(np.arange(len(item)), np.array(customer, np.int32), np.array(item, np.int32), np.array(again))


def test_auc_is_the_share_of_pairs_in_order_with_ties_half() -> None:
    generator = np.random.default_rng(1)
    score, label = generator.integers(5, size=40).astype(float), generator.random(40) < 0.4
    weight = generator.integers(3, size=40).astype(float)
    plain = total = 0.0
    for a in np.flatnonzero(label):
        for b in np.flatnonzero(~label):
            plain += weight[a] * weight[b] * (float(score[a] > score[b]) + 0.5 * float(score[a] == score[b]))
            total += weight[a] * weight[b]
    assert auc(score, label, weight[None]).tolist() == pytest.approx([plain / total])


def test_due_lists_rank_each_customers_own_pairs() -> None:
    owned = owned_of([3, 3, 3, 8, 8], [1, 2, 5, 2, 9], [False, True, False, False, False])
    found = due_list(np.array([0.1, 0.5, 0.9, 0.3, 0.2]), owned)
    assert found[0] == pytest.approx(1 / np.log2(3))
    assert np.isnan(found[1])


def test_calibration_error_is_zero_where_what_was_told_came_true_and_large_where_not() -> None:
    customer, again = np.repeat(np.arange(100), 10).tolist(), [place == 0 for _ in range(100) for place in range(10)]
    owned = owned_of(customer, list(range(10)) * 100, again)
    bootstrap = Bootstrap(owned.customer, draws=50)
    true = calibration(owned.again.astype(float), owned, bootstrap)["Calibration error"]
    false = calibration(np.full(1_000, 0.6), owned, bootstrap)["Calibration error"]
    assert (true.value, true.low, true.high) == (0.0, 0.0, 0.0)
    assert false.value == pytest.approx(0.5)
    assert false.low <= false.value <= false.high


def test_gains_are_paired_by_customer() -> None:
    generator = np.random.default_rng(2)
    owned = owned_of(np.repeat(np.arange(40), 5).tolist(), list(range(5)) * 40, (generator.random(200) < 0.3).tolist())
    bootstrap = Bootstrap(owned.customer, draws=100)
    noise = generator.random(200)
    good, bad = Drawn.of(owned.again + noise, owned, bootstrap), Drawn.of(noise, owned, bootstrap)
    assert good.gain(good) == good.gain(good).__class__(0.0, 0.0, 0.0)
    assert good.gain(bad).low > 0
    assert bad.figures()["AUC"].low < 0.5 < good.figures()["AUC"].low
