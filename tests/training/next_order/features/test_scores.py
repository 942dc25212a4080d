from __future__ import annotations

import numpy as np
import pytest

from training.next_order.features.scores import scores
from training.next_order.pool import Pool

POOL = Pool(
    row=np.array([0, 0, 0, 2, 2]),
    item=np.array([1, 4, 5, 0, 4]),
    scores=np.array([[0.5], [2.0], [0.0], [0.0], [0.25]], np.float32),
    names=("own",),
)


def test_scores_are_put_beside_the_best_of_their_query_and_ranked() -> None:
    columns = scores(POOL, np.arange(5))
    assert columns["own_score"].tolist() == [0.5, 2.0, 0.0, 0.0, 0.25]
    assert columns["own_share"].tolist() == [0.25, 1.0, 0.0, 0.0, 1.0]
    assert columns["own_rank"].tolist() == pytest.approx([1, 0, np.nan, np.nan, 0], nan_ok=True)


def test_kept_candidates_are_still_seen_among_all() -> None:
    columns = scores(POOL, np.array([0, 4]))
    assert columns["own_share"].tolist() == [0.25, 1.0]
    assert columns["own_rank"].tolist() == [1, 0]
