from __future__ import annotations

import numpy as np

from models.methods.base import METHOD_NAMES, METHOD_NUMBER, ranked_rows
from tests.models.methods.shops import ranked, shown

# As bundles store them: a number once given is never another method.
STORED = ("popularity", "repurchase", "item_knn", "als", "basket", "up_sell", "recently_viewed", "ridge", "ials")


def test_numbers_of_methods_are_never_used_again() -> None:
    assert METHOD_NAMES[: len(STORED)] == STORED
    assert {name: METHOD_NUMBER[name] for name in STORED} == {name: number for number, name in enumerate(STORED)}


def test_customers_find_their_own_rows_and_strangers_none() -> None:
    rows = ranked([1, 2, 3], [4, 5], [6])
    assert shown(ranked_rows(rows, np.array([2, -1, 0], np.int32), 2)) == [[6], [], [1, 2]]
    assert shown(ranked_rows(rows, np.array([1], np.int32), 9)) == [[4, 5]]
    assert ranked_rows(rows, np.array([-1], np.int32), 9).shape == (1, 0)
    assert (rows["item"] >= 0).sum() == 6


def test_without_rows_nobody_has_any() -> None:
    assert ranked_rows(None, np.array([0, 1], np.int32), 3).shape == (2, 0)
    assert ranked_rows(ranked([1])[:0], np.array([-1], np.int32), 3).shape == (1, 0)
