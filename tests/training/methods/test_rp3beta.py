from __future__ import annotations

import numpy as np
import pytest

from tests.engines import learned
from training.methods.rp3beta import RP3Beta


@pytest.mark.parametrize("preset", ["grocery", "untimed"])
@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.4), (1.0, 0.0), (1.4, 0.9)])
def test_scores_are_those_of_the_walk_from_item_to_item(preset: str, alpha: float, beta: float) -> None:
    """P_iu ^ alpha P_uj ^ alpha / degree_j ^ beta of Paudel et al., over 0/1 purchases."""
    dataset = learned(preset).dataset
    x = (dataset.purchases().toarray() > 0).astype(np.float64)
    of_customer, of_item = x.sum(axis=1), np.maximum(x.sum(axis=0), 1.0)
    to_customer, to_item = (x / of_item).T, x / np.maximum(of_customer, 1.0)[:, None]
    walk = (to_customer**alpha) @ (to_item**alpha) / of_item**beta  # [from, to]
    np.fill_diagonal(walk, 0.0)
    found = RP3Beta(alpha=alpha, beta=beta, neighbours=12).fit(dataset).scorer_
    for item, (near, scores) in enumerate(zip(found.items, found.scores, strict=True)):
        best = -np.sort(-walk[:, item])[: len(near)]
        np.testing.assert_allclose(scores, best, rtol=1e-4, atol=1e-9)
        np.testing.assert_allclose(walk[near[near >= 0], item], scores[near >= 0], rtol=1e-4)
