from __future__ import annotations

import numpy as np
import pytest

from training.discovery.space import Choice, Range, Space, ials_space, item_knn_space, ridge_space

SPACES = [item_knn_space(1_000), item_knn_space(1_000_000), ridge_space(1_000), ridge_space(1_000_000), ials_space()]


@pytest.mark.parametrize("space", SPACES)
def test_changes_stay_within_the_ranges_and_change_something(space: Space) -> None:
    generator = np.random.default_rng(0)
    settings = space.starts[0]
    for _ in range(50):
        changed = space.near(settings, generator)
        assert changed.keys() == settings.keys()
        for name, moves in space.ranges.items():
            match moves:
                case Range(low, high):
                    assert low <= changed[name] <= high
                case Choice(values):
                    assert changed[name] in values or changed[name] == settings[name]
        settings = changed
    assert settings != space.starts[0]


def test_settings_that_a_space_does_not_know_stay() -> None:
    changed = ials_space().near(ials_space().starts[0] | {"factors": 64}, np.random.default_rng(0))
    assert changed["factors"] == 64


def test_lists_of_large_catalogues_are_shorter() -> None:
    assert max(start["neighbours"] for start in item_knn_space(1_000_000).starts) == 100
    assert max(start["neighbours"] for start in ridge_space(1_000_000).starts) == 50
    assert max(start["neighbours"] for start in ridge_space(1_000).starts) == 200
